package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Moves of instances by the API; a failure undoes them. */
record Moves(Api api) {
  private static final Duration ENDS = Duration.ofMinutes(4);

  /** Begins one; its job. {@code how}: fields of the request besides the host. */
  String begin(String instance, String host, Map<String, ?> how) {
    Map<String, Object> wanted = new HashMap<>(how);
    wanted.put("host", host);
    wanted.put("onFailure", "ROLLBACK");
    return api.accepted(api.post("/v1/instances/" + instance + ":migrate", wanted)).job();
  }

  /** As {@link #begin}; the job, once it has succeeded. */
  JsonNode done(String instance, String host, Map<String, ?> how) {
    JsonNode ended = api.ends(begin(instance, host, how), ENDS);
    assertThat(Api.text(ended, "/state")).describedAs("%s", ended).isEqualTo("SUCCEEDED");
    return ended;
  }
}
