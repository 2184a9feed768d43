package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.engine.image.Packed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guest image in other clothes: imported, booted from, and deleted without a trace. */
@Tag("lab")
class ImageImportTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  private final Api api = new Api();
  @TempDir Path folder = Path.of("");
  private byte[] raw = new byte[0];

  @BeforeEach
  void downloadTheGuest() throws IOException {
    api.download("/v1/images/guest/content", folder.resolve("guest.qcow2"));
    raw = converted("raw");
  }

  @Test
  void aCompressedRawDiskAndAVmdk() throws Exception {
    String compressed = imported("gz", Packed.compressed("gz", raw), Map.of("format", "raw"));
    String vmdk = imported("vmdk", converted("vmdk"), Map.of("format", "vmdk"));
    for (String image : List.of(compressed, vmdk)) {
      delete(image);
    }
  }

  @Test
  void anInstanceOfAnOva() throws Exception {
    byte[] disk = converted("vmdk", "-o", "subformat=streamOptimized");
    Packed.Entry ovf = Packed.ovf("guest.vmdk");
    byte[] ova =
        Packed.tar(
            ovf,
            Packed.Entry.text(
                "guest.mf",
                "SHA256(vm.ovf)= %s\nSHA256(guest.vmdk)= %s\n"
                    .formatted(sha256(ovf.content()), sha256(disk))),
            Packed.Entry.file("guest.vmdk", disk));
    String image = imported("ova", ova, Map.of("format", "ova"));
    try (Guests guests = new Guests(api)) {
      Api.Accepted create =
          guests.create(Guests.wanted(Guests.name("of-ova"), "alpha1", Map.of("image", image)));
      api.succeeds(create.job());
      guests.assertOneOf(create.target());

      Api.Answer used = api.deleteImage(image);
      assertThat(used.status()).isEqualTo(409);
      assertThat(Api.text(used.body(), "/code")).isEqualTo("in-use");
    }
    delete(image);
  }

  private String imported(String what, byte[] content, Map<String, String> said) throws Exception {
    Map<String, Object> wanted = new java.util.HashMap<>(said);
    wanted.put("name", Guests.name(what));
    wanted.put("sha256", sha256(content));
    Api.Answer made = api.post("/v1/images", wanted);
    assertThat(made.status()).describedAs("%s", made.body()).isEqualTo(201);
    String id = Api.text(made.body(), "/id");
    Path file = Files.write(folder.resolve(what), content);
    api.succeeds(api.accepted(api.put("/v1/images/" + id + "/content", file)).job());
    JsonNode image = api.get("/v1/images/" + id).body();
    assertThat(Api.text(image, "/state")).isEqualTo("AVAILABLE");
    assertThat(image.path("virtualSizeBytes").asLong()).isEqualTo(raw.length);
    return id;
  }

  private void delete(String image) {
    assertThat(files(image)).isNotEmpty();
    api.succeeds(api.accepted(api.deleteImage(image)).job());
    assertThat(api.get("/v1/images/" + image).status()).isEqualTo(404);
    assertThat(files(image)).isEmpty();
  }

  /** The engine's store lies below the state's folder, which every host sees. */
  private static List<String> files(String image) {
    String store = Lab.variable("HOLDFAST_STATE") + "/data/images";
    return Lab.files(List.of(image), store, "/var/lib/holdfast");
  }

  private byte[] converted(String format, String... options) throws IOException {
    Path to = folder.resolve("guest." + format);
    List<String> command =
        new java.util.ArrayList<>(List.of("qemu-img", "convert", "-f", "qcow2", "-O", format));
    command.addAll(List.of(options));
    command.addAll(List.of(folder.resolve("guest.qcow2").toString(), to.toString()));
    Commands.require(SOON, command);
    return Files.readAllBytes(to);
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
