package io.holdfast.engine.evidence;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * What a bundle holds, with the SHA-256 of each file: the signature is over its bytes.
 *
 * @param verdict of the run, as the report has it
 * @param files SHA-256 by name, lower-case hex
 */
record BundleManifest(UUID run, String plan, String verdict, Map<String, String> files) {
  static final String NAME = "manifest.json";
  static final String SIGNATURE = "manifest.sig";
  static final String KEY = "signing-key.pem";

  private static final String FORMAT = "holdfast-report-1";
  private static final ObjectMapper JSON = new ObjectMapper();

  String text() {
    ObjectNode manifest = JsonNodeFactory.instance.objectNode();
    manifest.put("format", FORMAT);
    manifest.put("run", run.toString());
    manifest.put("plan", plan);
    manifest.put("verdict", verdict);
    ObjectNode all = manifest.putObject("files");
    files.forEach(all::put);
    return manifest.toPrettyString() + "\n";
  }

  /** Throws IOException when it is none. */
  static BundleManifest parse(byte[] text) throws IOException {
    JsonNode manifest = JSON.readTree(text);
    if (!manifest.path("format").asText().equals(FORMAT)) {
      throw new IOException("its manifest is not of the format " + FORMAT);
    }
    Map<String, String> files = new LinkedHashMap<>();
    manifest
        .path("files")
        .properties()
        .forEach(file -> files.put(file.getKey(), file.getValue().asText()));
    try {
      return new BundleManifest(
          UUID.fromString(manifest.path("run").asText()),
          manifest.path("plan").asText(),
          manifest.path("verdict").asText(),
          files);
    } catch (IllegalArgumentException wrong) {
      throw new IOException("its manifest names no run", wrong);
    }
  }
}
