import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What was measured, as it is printed and as it is kept. */
final class Samples {
  static final ObjectMapper JSON = new ObjectMapper();

  private final List<Double> values = new ArrayList<>();

  synchronized void add(double value) {
    values.add(value);
  }

  boolean isEmpty() {
    return values.isEmpty();
  }

  double p50() {
    return percentile(50);
  }

  double p95() {
    return percentile(95);
  }

  /** With linear interpolation between neighbours. */
  private synchronized double percentile(int percent) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    double place = (sorted.length - 1) * percent / 100.0;
    int below = (int) place;
    double above = sorted[Math.min(below + 1, sorted.length - 1)];
    return sorted[below] + (above - sorted[below]) * (place - below);
  }

  /** All values in the order of their taking. */
  String all(String format) {
    return values.stream().map(format::formatted).collect(joining(" "));
  }

  ObjectNode json() {
    ObjectNode node = JSON.createObjectNode();
    node.put("p50", rounded(p50())).put("p95", rounded(p95()));
    ArrayNode all = node.putArray("samples");
    values.forEach(value -> all.add(rounded(value)));
    return node;
  }

  static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }

  static String met(boolean met) {
    return met ? "met" : "NOT MET";
  }

  /** The beginning of every result: when, and on what. */
  static ObjectNode result() {
    return JSON.createObjectNode()
        .put("at", Instant.now().toString())
        .put("cpus", Runtime.getRuntime().availableProcessors());
  }

  /** Keeps a result as bench/results/NAME.json. */
  static void write(String name, ObjectNode result) throws IOException {
    Path file = Path.of("bench/results", name + ".json");
    Files.createDirectories(file.getParent());
    Files.writeString(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(result) + "\n");
    System.out.println("\nwritten to " + file);
  }

  /** How often something is measured: by the environment, for a short run, or as by default. */
  static int count(String variable, int byDefault) {
    String given = System.getenv(variable);
    return given == null ? byDefault : Integer.parseInt(given);
  }
}
