import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;

/**
 * How long the list of instances takes with 25,000 of them, for eight clients that ask all the
 * time: a plain page of a hundred, and pages filtered by label and by site. Each answer is looked
 * into: as many items as were asked for, and none that does not match.
 */
public final class Inventory {
  private static final int INSTANCES = 25_000;
  private static final int HOSTS = 100;
  private static final int CLIENTS = 8;
  private static final double TARGET = 0.2;

  private final int requests = Samples.count("BENCH_REQUESTS", 50);
  private final Engine engine = new Engine();
  private final Map<String, Samples> times = new LinkedHashMap<>();

  public static void main(String[] arguments) throws Exception {
    new Inventory().run();
  }

  private void run() throws Exception {
    engine.ensureEmptyImage();
    try (Rows rows = new Rows()) {
      for (int i = 0; i < HOSTS; i++) {
        rows.host("%03d".formatted(i), i % 2 == 0 ? "alpha" : "beta");
      }
      rows.network();
      rows.instances(INSTANCES, engine.imageId());
      Predicate<JsonNode> all = item -> true;
      Predicate<JsonNode> team = item -> item.at("/labels/owner").asText().equals("team-7");
      Predicate<JsonNode> beta = item -> item.path("site").asText().equals("beta");
      measure("plain", "", all);
      measure("label", "&label=owner=team-7", team);
      measure("site", "&site=beta", beta);
      measure("label and site", "&label=owner=team-7&site=beta", team.and(beta));
    }
    print();
    Samples.write("inventory", json());
  }

  private void measure(String name, String filter, Predicate<JsonNode> matches) throws Exception {
    String path = "/v1/instances?limit=100" + filter;
    ask(path, matches, 5, new Samples()); // warms up
    Samples samples = new Samples();
    times.put(name, samples);
    ask(path, matches, requests, samples);
  }

  private void ask(String path, Predicate<JsonNode> matches, int each, Samples into)
      throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    try {
      List<Future<?>> ends = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        ends.add(
            clients.submit(
                () -> {
                  for (int k = 0; k < each; k++) {
                    into.add(once(path, matches));
                  }
                  return null;
                }));
      }
      for (Future<?> end : ends) {
        end.get();
      }
    } finally {
      clients.shutdownNow();
    }
  }

  private double once(String path, Predicate<JsonNode> matches) throws Exception {
    long from = System.nanoTime();
    JsonNode items = engine.get(path).path("items");
    double seconds = (System.nanoTime() - from) / 1e9;
    if (items.size() != 100) {
      throw new IllegalStateException(path + " has " + items.size() + " items, not 100");
    }
    for (JsonNode item : items) {
      if (!matches.test(item)) {
        throw new IllegalStateException(path + " lists what does not match: " + item);
      }
    }
    return seconds;
  }

  private boolean met() {
    return times.values().stream().allMatch(samples -> samples.p95() < TARGET);
  }

  private void print() {
    System.out.printf(
        "%ninventory: %,d instances, pages of 100, %d clients, %d requests each; seconds%n%n",
        INSTANCES, CLIENTS, requests);
    System.out.printf("%-34s %7s %7s%n", "filter", "P50", "P95");
    times.forEach(
        (name, samples) ->
            System.out.printf("  %-32s %7.3f %7.3f%n", name, samples.p50(), samples.p95()));
    System.out.printf("  target: P95 below %.1f: %s%n", TARGET, Samples.met(met()));
  }

  private ObjectNode json() {
    ObjectNode result = Samples.result();
    result.put("instances", INSTANCES).put("clients", CLIENTS).put("requestsEach", requests);
    result.put("p95Target", TARGET);
    ObjectNode seconds = result.putObject("seconds");
    times.forEach(
        (name, samples) ->
            seconds
                .putObject(name)
                .put("p50", Samples.rounded(samples.p50()))
                .put("p95", Samples.rounded(samples.p95())));
    return result;
  }
}
