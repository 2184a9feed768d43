package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.workflows.model.Steps;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** One cell of the matrix: a job is asked for, held in its step, struck, and looked at. */
final class FaultRun {
  private static final int TRIES = 4;
  private static final Duration ENDS = Duration.ofMinutes(2);
  private static final Duration IS_SEEN = Duration.ofSeconds(30);
  private static final Duration IS_WELL = Duration.ofSeconds(60);

  private final Api api;
  private final String image;
  private final String quickImage;

  /**
   * @param image name of one whose guest proves that it is up, for the steps that concern its boot
   * @param quickImage name of one that is not waited for: most of the time is boot
   */
  FaultRun(Api api, String image, String quickImage) {
    this.api = api;
    this.image = image;
    this.quickImage = quickImage;
  }

  /** Throws when the product failed, or when the fault could not be made to fall into the step. */
  FaultResult run(FaultCell cell) {
    for (int tries = 1; tries <= TRIES; tries++) {
      Optional<FaultResult> result = attempt(cell, tries);
      assertThat(Orphans.on(api, Victim.HOST)).describedAs("orphans").isEmpty();
      if (result.isPresent()) {
        return result.get();
      }
    }
    throw new AssertionError("the step got away " + TRIES + " times");
  }

  private Optional<FaultResult> attempt(FaultCell cell, int tries) {
    awaitHost();
    try (Guests guests = new Guests(api)) {
      String instance = cell.isCreate() ? "" : standing(guests);
      String its = image(cell);
      String imageId = Api.text(api.get("/v1/images?name=" + its).body(), "/items/0/id");
      if (cell.step().equals(Steps.PLACE_IMAGE)) {
        forget(imageId);
      }
      Instant struck = null;
      Api.Accepted job;
      try (Hold hold = new Holds(api).of(cell.step(), imageId, instance)) {
        hold.arm();
        job = cell.isCreate() ? guests.create(wanted(its)) : api.accepted(api.delete(instance));
        if (hold.holds(job)) {
          struck = Instant.now();
          cell.victim().strike(job.target());
        }
      } finally {
        if (struck != null) {
          cell.victim().recover();
        }
      }
      JsonNode ended = end(job.job());
      if (struck == null) {
        return Optional.empty();
      }
      String found = cell.isCreate() ? lookAt(cell, ended, guests) : requireSuccess(ended);
      Duration recovered = Duration.between(struck, Instant.parse(Api.text(ended, "/endedAt")));
      return Optional.of(new FaultResult(cell, tries, Api.text(ended, "/state"), recovered, found));
    }
  }

  /** Placement passes by a host that was silent a moment ago. */
  private void awaitHost() {
    Awaitility.await(Victim.HOST + " to be ACTIVE")
        .atMost(IS_WELL)
        .until(
            () -> Api.text(api.get("/v1/hosts/" + Victim.HOST).body(), "/state").equals("ACTIVE"));
  }

  private String image(FaultCell cell) {
    return List.of(Steps.AWAIT_GUEST, Steps.ACTIVATE).contains(cell.step()) ? image : quickImage;
  }

  private static Map<String, Object> wanted(String image) {
    return Guests.wanted(Guests.name("fault"), Victim.HOST, Map.of("image", image));
  }

  private String standing(Guests guests) {
    Api.Accepted create = guests.create(wanted(quickImage));
    api.succeeds(create.job());
    guests.assertOneOf(create.target());
    return create.target();
  }

  private static void forget(String image) {
    Ledger.forgetCopies(image);
    String files = "/var/lib/holdfast/pools/*/holdfast-image-" + image + ".qcow2";
    Lab.on(Lab.host(Victim.HOST), "sh", "-c", "rm -f " + files);
  }

  private JsonNode end(String job) {
    try {
      return api.ends(job, ENDS);
    } catch (ConditionTimeoutException runs) {
      throw new AssertionError("the job did not end: " + api.job(job), runs);
    }
  }

  /** A killed guest may fail its create, which is undone then; nothing else may. */
  private String lookAt(FaultCell cell, JsonNode ended, Guests guests) {
    String id = Api.text(ended, "/target/id");
    if (cell.victim() != Victim.QEMU) {
      requireSuccess(ended);
    } else if (Api.text(ended, "/state").equals("FAILED")) {
      assertThat(ended.path("undone").asBoolean()).describedAs("%s", ended).isTrue();
      return "undone: " + Api.text(ended, "/error/code");
    } else if (Lab.guestProcesses(id).isEmpty()) {
      requireSuccess(ended);
      return "no QEMU, shown as " + shownAsDown(id);
    }
    if (cell.victim() == Victim.LINK) { // of a host that is away nothing is known
      Awaitility.await("the instance to be seen again")
          .atMost(IS_SEEN)
          .until(() -> Api.text(api.get("/v1/instances/" + id).body(), "/state").equals("ACTIVE"));
    }
    JsonNode instance = guests.assertOneOf(id);
    return "1 domain, 1 QEMU, %d volumes".formatted(instance.path("disks").size() + 1);
  }

  private String shownAsDown(String instance) {
    return Awaitility.await("the instance to be shown as down")
        .atMost(IS_SEEN)
        .until(
            () -> Api.text(api.get("/v1/instances/" + instance).body(), "/state"),
            List.of("STOPPED", "ERROR")::contains);
  }

  private static String requireSuccess(JsonNode ended) {
    assertThat(Api.text(ended, "/state")).describedAs("%s", ended).isEqualTo("SUCCEEDED");
    return "gone";
  }
}
