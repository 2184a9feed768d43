package io.holdfast.engine.lab;

import io.holdfast.workflows.model.Steps;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A guest that is stopped while its answer is awaited, so that it does not come too soon. */
final class FrozenGuest implements Hold {
  private static final Duration COMES = Duration.ofSeconds(60);

  private final Api api;
  private @Nullable FrozenProcess guest;

  FrozenGuest(Api api) {
    this.api = api;
  }

  @Override
  public void arm() {
    // nobody knows its process yet
  }

  @Override
  public boolean holds(Api.Accepted job) {
    Awaitility.await("the guest to be awaited")
        .atMost(COMES)
        .until(() -> api.job(job.job()).filter(s -> Api.runs(s, Steps.AWAIT_GUEST)).isPresent());
    String freeze = "freeze " + Lab.guestProcess(job.target());
    FrozenProcess frozen = new FrozenProcess(api, Steps.AWAIT_GUEST, freeze);
    guest = frozen;
    frozen.arm();
    return frozen.holds(job);
  }

  @Override
  public void close() {
    if (guest != null) {
      guest.close();
    }
  }
}
