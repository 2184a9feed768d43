package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.StreamSupport;

/** What each host of the source's site may send to the target's. Closing lifts it. */
final class SiteLimit implements AutoCloseable {
  private final Api api;

  /** Each host gets an equal part of what is said for its site. */
  SiteLimit(Api api, long mibPerSecondAHost) {
    this.api = api;
    long senders =
        StreamSupport.stream(api.get("/v1/hosts").body().path("items").spliterator(), false)
            .filter(host -> Api.text(host, "/site").equals("alpha"))
            .count();
    set(mibPerSecondAHost * senders);
  }

  private void set(long mibPerSecond) {
    Api.Answer set =
        api.replace("/v1/sites/alpha/bandwidth-limits/beta", Map.of("mibPerSecond", mibPerSecond));
    assertThat(set.status()).describedAs("%s", set.body()).isEqualTo(200);
  }

  @Override
  public void close() {
    set(0);
  }
}
