package io.holdfast.engine.evidence;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.holdfast.engine.recovery.RunRecord;
import io.holdfast.engine.recovery.RunRecord.RecoveredInstance;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorOutputStream;

/** All that a run leaves, in one file: tar in zstd, with a signed manifest. */
public final class ReportBundle {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();
  private static final ObjectWriter JSON = MAPPER.writerWithDefaultPrettyPrinter();

  private ReportBundle() {}

  /** The bytes of the bundle. A run has up to 250 instances a tier, each some KiB. */
  public static byte[] of(RunRecord run, SigningKey key) {
    Map<String, byte[]> files = files(run);
    Map<String, String> hashes = new LinkedHashMap<>();
    files.forEach((name, bytes) -> hashes.put(name, SigningKey.sha256(bytes)));
    String verdict = run.verdict() == null ? "" : run.verdict().name();
    byte[] manifest = utf8(new BundleManifest(run.id(), run.planName(), verdict, hashes).text());
    files.put(BundleManifest.NAME, manifest);
    files.put(
        BundleManifest.SIGNATURE,
        utf8(Base64.getEncoder().encodeToString(key.sign(manifest)) + "\n"));
    files.put(BundleManifest.KEY, utf8(key.publicPem()));
    Instant at = run.endedAt() == null ? run.triggeredAt() : run.endedAt();
    return packed(files, at);
  }

  private static Map<String, byte[]> files(RunRecord run) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    try {
      files.put("report.json", JSON.writeValueAsBytes(run));
    } catch (IOException e) {
      throw new IllegalStateException("A record is always JSON", e);
    }
    files.put("report.html", utf8(ReportPage.of(run)));
    files.put("instances.csv", utf8(ReportTables.instances(run)));
    files.put("steps.csv", utf8(ReportTables.steps(run)));
    files.put("timeline.csv", utf8(ReportTables.timeline(run)));
    for (RunRecord.Tier tier : run.tiers()) {
      for (RecoveredInstance instance : tier.instances()) {
        String console = instance.console();
        if (console != null) {
          files.put("console/%s.txt".formatted(instance.name()), utf8(console));
        }
        RunRecord.Screen screen = instance.screen();
        if (screen != null && screen.png() != null) {
          files.put(
              "screens/%s.png".formatted(instance.name()),
              Base64.getDecoder().decode(screen.png()));
        }
      }
    }
    return files;
  }

  private static byte[] packed(Map<String, byte[]> files, Instant at) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(new ZstdCompressorOutputStream(bytes))) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
        entry.setSize(file.getValue().length);
        entry.setModTime(at.toEpochMilli());
        tar.putArchiveEntry(entry);
        tar.write(file.getValue());
        tar.closeArchiveEntry();
      }
    } catch (IOException e) {
      throw new IllegalStateException("Memory takes every byte", e);
    }
    return bytes.toByteArray();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
