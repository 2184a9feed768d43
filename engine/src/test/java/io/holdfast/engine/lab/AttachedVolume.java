package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/** A volume of 1 GiB that an instance has, with noise on it whose checksum a test remembers. */
record AttachedVolume(Api api, String instance, String id, String serial) {
  private static final String FOLDER = "/var/lib/holdfast";
  private static final int MIB = 24;

  static AttachedVolume of(Api api, String instance) {
    Map<String, ?> wanted =
        Map.of("name", Guests.name("carried"), "sizeGiB", 1, "instance", instance);
    Api.Accepted made = api.accepted(api.post("/v1/volumes", wanted));
    api.succeeds(made.job());
    String id = made.target();
    Map<String, ?> to = Map.of("instance", instance);
    api.succeeds(api.accepted(api.post("/v1/volumes/" + id + ":attach", to)).job());
    String serial = Api.text(api.get("/v1/volumes/" + id).body(), "/serial");
    return new AttachedVolume(api, instance, id, serial);
  }

  JsonNode shown() {
    return api.get("/v1/volumes/" + id).body();
  }

  /** Noise over the first part of it, some of it not written out yet; its checksum. */
  String write(String host) {
    inGuest(host, "dd if=/dev/urandom of=/dev/%s bs=1M count=%d 2>/dev/null");
    return read(host);
  }

  /** As {@link #write}, and all of it is on the host's disk. */
  String writeOut(String host) {
    inGuest(host, "dd if=/dev/urandom of=/dev/%s bs=1M count=%d conv=fsync 2>/dev/null");
    return read(host);
  }

  String read(String host) {
    String sum = inGuest(host, "dd if=/dev/%s bs=1M count=%d 2>/dev/null | sha256sum");
    assertThat(sum).matches("[0-9a-f]{64} .*");
    return sum;
  }

  /** What the guest says is its size, in bytes. */
  long size(String host) {
    String device = VolumeLifeTest.device(Lab.host(host), instance, serial);
    String sectors =
        VolumeLifeTest.inGuest(Lab.host(host), instance, "cat /sys/block/" + device + "/size");
    return Long.parseLong(sectors) * 512;
  }

  /** Its row and its one file are where its instance is. */
  void assertOn(String host) {
    assertThat(Api.text(shown(), "/host")).isEqualTo(host);
    assertThat(Api.text(shown(), "/state")).isEqualTo("IN_USE");
    assertThat(Lab.files(List.of(id), FOLDER))
        .singleElement()
        .asString()
        .startsWith(host + " ")
        .endsWith("/" + id + ".qcow2");
  }

  /** It can be removed once nobody has it; nothing of it stays. */
  void remove() {
    api.succeeds(api.accepted(api.remove("/v1/volumes/" + id)).job());
    assertThat(Lab.files(List.of(id), FOLDER)).isEmpty();
  }

  private String inGuest(String host, String script) {
    String device = VolumeLifeTest.device(Lab.host(host), instance, serial);
    return VolumeLifeTest.inGuest(Lab.host(host), instance, script.formatted(device, MIB));
  }
}
