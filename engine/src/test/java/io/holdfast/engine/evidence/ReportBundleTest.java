package io.holdfast.engine.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.db.RunVerdict;
import io.holdfast.engine.recovery.RunRecord;
import io.holdfast.workflows.model.RunKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bundle says what its engine signed, and nothing else. */
class ReportBundleTest {
  private static final Instant BEGAN = Instant.parse("2030-01-01T03:00:00Z");
  private static final String ROOT = "ab".repeat(32);
  private static final byte[] PICTURE = "a picture".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;
  private SigningKey key;
  private byte[] bundle = {};

  @BeforeEach
  void sign() throws IOException {
    Path file = folder.resolve("signing-key");
    SigningKey.make(file);
    key = SigningKey.read(file);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    bundle = ReportBundle.of(run("<script>alert(1)</script>"), key);
  }

  @Test
  void aBundleHoldsAgainstItsKey() throws IOException {
    BundleCheck.Finding found = check(bundle, key);
    assertThat(found.wrong()).isEmpty();
    assertThat(found.verdict()).isEqualTo("PASSED");
    assertThat(found.plan()).isEqualTo("shop");
    assertThat(found.fingerprint()).isEqualTo(SigningKey.fingerprint(key.publicKey()));
    assertThat(check(bundle, null).wrong()).isEmpty();
  }

  /** A failed drill made to look like a passed one. */
  @Test
  void aReportThatWasEditedAfterwardsIsNamed() throws IOException {
    byte[] edited = edited("report.json", text -> text.replace("PASSED", "FAILED"));
    assertThat(check(edited, key).wrong()).containsExactly("report.json was changed");
    assertThat(check(edited("console/db.txt", text -> text + "x"), key).wrong())
        .containsExactly("console/db.txt was changed");
  }

  /** Whoever changes the manifest, too, lacks the key. */
  @Test
  void aManifestThatWasEditedIsNotSigned() throws IOException {
    byte[] edited = edited("manifest.json", text -> text.replace("PASSED", "FAILED"));
    assertThat(check(edited, key).wrong())
        .containsExactly("the manifest is not signed by this key");
  }

  @Test
  void whatIsSignedByAnotherKeyDoesNotHold() throws IOException {
    SigningKey other = SigningKey.make(folder.resolve("other"));
    byte[] forged = ReportBundle.of(run("again"), other);
    assertThat(check(forged, null).wrong()).isEmpty();
    assertThat(check(forged, key).wrong())
        .containsExactly("the manifest is not signed by this key");
  }

  @Test
  void whatIsMissingOrMoreIsNamed() throws IOException {
    assertThat(check(edited("timeline.csv", text -> null), key).wrong())
        .containsExactly("timeline.csv is missing");
    assertThatThrownBy(() -> check(edited("manifest.sig", text -> null), key))
        .hasMessage("it has no manifest.sig");
    assertThatThrownBy(() -> check("no bundle".getBytes(StandardCharsets.UTF_8), key))
        .isInstanceOf(IOException.class);
  }

  @Test
  void thePageIsSafeAndNeedsNothingElse() {
    String page = ReportPage.of(run("<script>alert(1)</script>"));
    assertThat(page)
        .contains("&lt;script&gt;alert(1)", "PASSED", "RTO", "db-test", ROOT, "before tier data")
        .contains("<li>tier web began before tier data: &lt;script")
        .contains("<img alt=\"what the screen of db showed\"", SigningKey.sha256(PICTURE))
        .contains("No picture of the screen: no video card: &lt;script")
        .doesNotContain("<script", "http://", "https://");
    assertThat(page.split("src=", -1)).hasSize(2);
    assertThat(page).contains("src=\"data:image/png;base64," + base64(PICTURE) + "\"");
  }

  @Test
  void aBundleHasThePicturesAndTheirHashes() throws IOException {
    assertThat(text("manifest.json"))
        .contains("\"screens/db.png\"", SigningKey.sha256(PICTURE))
        .doesNotContain("screens/web.png");
    assertThat(text("report.json"))
        .contains(SigningKey.sha256(PICTURE), "no video card")
        .doesNotContain(base64(PICTURE));
    assertThat(check(edited("screens/db.png", text -> text + "x"), key).wrong())
        .containsExactly("screens/db.png was changed");
  }

  @Test
  void tablesAreSafeForSpreadsheets() {
    String csv = ReportTables.instances(run("=1+1"));
    assertThat(csv).hasLineCount(3).contains("db,RECOVERED", "'=1+1");
    assertThat(ReportTables.steps(run("=1+1")))
        .hasLineCount(2)
        .contains("tell,CALLOUT,before tier data,'=1+1,SKIP,SKIPPED,1,");
    assertThat(ReportTables.timeline(run("a \"quoted\", text")))
        .contains("\"a \"\"quoted\"\", text\"");
  }

  private String text(String name) throws IOException {
    List<String> found = new ArrayList<>();
    edited(
        name,
        text -> {
          found.add(text);
          return text;
        });
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static BundleCheck.Finding check(byte[] bundle, @Nullable SigningKey trusted)
      throws IOException {
    return BundleCheck.of(
        new ByteArrayInputStream(bundle), trusted == null ? null : trusted.publicKey());
  }

  /** The bundle with one file changed; an answer of null leaves it out. */
  private byte[] edited(String name, Change change) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveInputStream in =
            new TarArchiveInputStream(
                new ZstdCompressorInputStream(new ByteArrayInputStream(bundle)));
        TarArchiveOutputStream out =
            new TarArchiveOutputStream(new ZstdCompressorOutputStream(bytes))) {
      for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        String now = entry.getName().equals(name) ? change.apply(text) : text;
        if (now != null) {
          byte[] content = now.getBytes(StandardCharsets.UTF_8);
          TarArchiveEntry copy = new TarArchiveEntry(entry.getName());
          copy.setSize(content.length);
          out.putArchiveEntry(copy);
          out.write(content);
          out.closeArchiveEntry();
        }
      }
    }
    return bytes.toByteArray();
  }

  /** What is done to a file; null takes it away. */
  private interface Change {
    @Nullable String apply(String text);
  }

  private static RunRecord run(String words) {
    RunRecord.Point point =
        new RunRecord.Point(
            UUID.randomUUID(),
            7,
            "shop",
            BEGAN.minusSeconds(30),
            null,
            List.of(new RunRecord.Disk("root", 1L << 30, ROOT)));
    RunRecord.RecoveredInstance db =
        new RunRecord.RecoveredInstance(
            UUID.randomUUID(),
            "db",
            UUID.randomUUID(),
            "db-test",
            "beta1",
            "RECOVERED",
            point,
            new RunRecord.Size(2, 512),
            List.of(new RunRecord.Nic("default", "bubble-1", "10.90.0.2")),
            List.of(new RunRecord.Probe("TCP", "10.90.0.2:22", true, 1_200, words)),
            List.of(new RunRecord.Check("CHECKSUM", "disk root", true, ROOT)),
            BEGAN,
            BEGAN.plusSeconds(40),
            40_000L,
            30_000L,
            words,
            "login: " + words,
            new RunRecord.Screen(SigningKey.sha256(PICTURE), base64(PICTURE), null));
    RunRecord.RecoveredInstance web =
        new RunRecord.RecoveredInstance(
            UUID.randomUUID(),
            "web",
            null,
            null,
            null,
            "RECOVERED",
            null,
            null,
            List.of(),
            List.of(),
            List.of(),
            null,
            null,
            null,
            null,
            null,
            null,
            new RunRecord.Screen(null, null, "no video card: " + words));
    return new RunRecord(
        UUID.randomUUID(),
        RunKind.DRILL,
        UUID.randomUUID(),
        "shop",
        3,
        "beta",
        "COMPLETED",
        RunVerdict.PASSED,
        "drill-schedule",
        words,
        BEGAN,
        BEGAN.plusSeconds(60),
        40_000L,
        30_000L,
        List.of(new RunRecord.Approval("second", words, BEGAN)),
        List.of(),
        List.of(
            new RunRecord.Step(
                "tell",
                "CALLOUT",
                "before tier data",
                words,
                "SKIP",
                "SKIPPED",
                1,
                BEGAN,
                BEGAN.plusSeconds(1),
                words)),
        List.of(new RunRecord.Moment(BEGAN, "db", "run-probes", "SUCCEEDED", words)),
        List.of(new RunRecord.Tier("data", 40_000L, 30_000L, List.of(db, web))),
        List.of("tier web began before tier data: " + words),
        new RunRecord.Cleanup(UUID.randomUUID(), true, BEGAN.plusSeconds(59)),
        List.of(
            new RunRecord.Reversed(
                words,
                words,
                "shop-group",
                "alpha1",
                UUID.randomUUID(),
                null,
                List.of(new RunRecord.Lost("root", 131_072, 2)))),
        List.of(new RunRecord.Edit(BEGAN, "third", words, "db", "state", "1", words)));
  }
}
