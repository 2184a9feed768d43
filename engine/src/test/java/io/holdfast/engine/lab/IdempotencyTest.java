package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One Idempotency-Key, one instance: however often, at once or late. */
@Tag("lab")
class IdempotencyTest {
  private static final int TIMES = 20;

  private final Api api = new Api();

  @Test
  void theSamePostMakesOneInstance() throws Exception {
    String key = UUID.randomUUID().toString();
    Map<String, Object> wanted = Guests.wanted(Guests.name("once"), "beta1", Map.of());
    try (Guests guests = new Guests(api)) {
      List<Api.Accepted> answers = atOnce(() -> guests.create(wanted, key));
      assertThat(answers).hasSize(TIMES);
      assertThat(answers.stream().distinct()).hasSize(1);
      Api.Accepted create = answers.get(0);
      api.succeeds(create.job());
      assertThat(guests.create(wanted, key)).isEqualTo(create);
      assertThat(api.get("/v1/jobs?target=" + create.target()).body().path("items")).hasSize(1);
      guests.assertOneOf(create.target());
    }
  }

  @Test
  void aKeyIsGoodForOneBody() {
    try (Guests guests = new Guests(api)) {
      String key = UUID.randomUUID().toString();
      Map<String, Object> wanted =
          Guests.wanted(Guests.name("other"), "beta1", Map.of("memoryMiB", 4_000_000, "vcpus", 1));
      wanted.remove("flavor");
      wanted.put("disks", List.of(Map.of("sizeGiB", 1)));
      Api.Accepted create = guests.create(wanted, key);
      wanted.put("name", Guests.name("another"));
      Api.Answer refused = api.post("/v1/instances", wanted, key);
      assertThat(refused.status()).isEqualTo(422);
      assertThat(Api.text(refused.body(), "/code")).isEqualTo("idempotency-mismatch");
      api.ends(create.job(), Api.JOB_ENDS);
    }
  }

  private static <T> List<T> atOnce(Callable<T> call) throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(TIMES);
    try {
      List<T> results = new java.util.ArrayList<>();
      List<Callable<T>> calls = IntStream.range(0, TIMES).mapToObj(i -> call).toList();
      for (Future<T> each : callers.invokeAll(calls)) {
        results.add(each.get());
      }
      return results;
    } finally {
      callers.shutdownNow();
    }
  }
}
