package io.holdfast.workflows.properties;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import java.util.Set;

/**
 * What the three properties mean for one kind of job.
 *
 * @param before facts before the job
 * @param done facts after it succeeded
 * @param unwound facts after it failed or was cancelled and {@code undone} was said
 * @param rerunnable true when a job that failed is run again rather than undone
 */
record Scenario(Set<String> before, Set<String> done, Set<String> unwound, boolean rerunnable) {
  private static final Set<String> INSTANCE =
      Set.of("row", "reservation", "volumes", "ports", "domain", "running");

  private static final Set<String> IMAGE = Set.of("row", "content", "copy", "copy-recorded");
  private static final Set<String> RUNNING = Set.of("domain", "running");
  private static final Set<String> VOLUME = Set.of("row", "reservation", "volume");

  private static final Set<String> SNAPSHOT = Set.of("row", "reservation", "snapshot");

  private static final Set<String> HERE =
      Set.of("reservation", "volumes", "ports", "domain", "running");

  private static final Set<String> THERE =
      Set.of(
          "owned",
          "there:reservation",
          "there:volumes",
          "there:ports",
          "there:domain",
          "there:running");

  private static final Set<String> POINT =
      Set.of(
          "row",
          "checkpoint",
          "point",
          "disks",
          "proven",
          "available",
          "replica-root",
          "sealed-root");

  private static final Set<String> OFF = Set.of("row", "reservation", "volumes", "ports", "domain");

  /** What was recovered is protected at the old site, and what that had is kept. */
  private static final Set<String> TURNED =
      Set.of(
          "kept",
          "listed",
          "kept:replica-root",
          "kept:sealed-root",
          "adopted",
          "reversed",
          "checkpoint",
          "point",
          "disks",
          "proven",
          "available",
          "replica-root",
          "sealed-root");

  private static final Set<String> OF_SOURCE = Set.of(MoveWorld.RUNS);

  private static final Set<String> OF_A_ROUND =
      Set.of(
          "checkpoint",
          "point",
          "disks",
          "proven",
          "available",
          "replica-root",
          "sealed-root",
          "backup");

  private static final Set<String> MOVED =
      with(
          INSTANCE,
          "owner",
          "fenced",
          "checkpoint",
          "point",
          "disks",
          "proven",
          "available",
          "replica-root",
          "sealed-root");

  /** No default: a new kind of job without a scenario does not compile. */
  static Scenario of(JobKind kind) {
    return switch (kind) {
      case CREATE_INSTANCE -> new Scenario(Set.of("row"), INSTANCE, Set.of(), false);
      case DELETE_INSTANCE -> new Scenario(INSTANCE, Set.of(), INSTANCE, true);
      case POWER_INSTANCE ->
          new Scenario(
              INSTANCE, Set.of("row", "reservation", "volumes", "ports", "domain"), INSTANCE, true);
      case SCAN_HOST -> new Scenario(Set.of(), Set.of("census"), Set.of(), false);
      case DELETE_ORPHAN ->
          new Scenario(Set.of("domain"), Set.of("census"), Set.of("domain"), true);
      case ADOPT_ORPHAN ->
          new Scenario(
              Set.of("domain"),
              Set.of("domain", "row", "reservation", "census"),
              Set.of("domain"),
              false);
      case DISCOVER_HOST -> new Scenario(Set.of(), Set.of("host"), Set.of(), false);
      case IMPORT_IMAGE -> new Scenario(Set.of("row"), IMAGE, Set.of(), false);
      case DELETE_IMAGE -> new Scenario(IMAGE, Set.of(), IMAGE, true);
      case MAINTAIN_HOST ->
          new Scenario(Set.of("host"), Set.of("host", "closed"), Set.of("host"), false);
      case EVACUATE_HOST -> // what has moved stays where it is, whatever becomes of the job
          new Scenario(
              with(HERE, "host"),
              with(THERE, "host", "closed", "census"),
              with(HERE, "host"),
              true);
      case ACTIVATE_HOST ->
          new Scenario(Set.of("host", "closed"), Set.of("host"), Set.of("host", "closed"), false);
      case CREATE_VOLUME -> new Scenario(Set.of("row"), VOLUME, Set.of(), false);
      case DELETE_VOLUME -> new Scenario(VOLUME, Set.of(), VOLUME, true);
      case ATTACH_VOLUME ->
          new Scenario(Set.of("volume"), Set.of("volume", "attached"), Set.of("volume"), false);
      case DETACH_VOLUME ->
          new Scenario(
              Set.of("volume", "attached"), Set.of("volume"), Set.of("volume", "attached"), false);
      case RESIZE_VOLUME ->
          new Scenario(VOLUME, withGrowth(VOLUME), VOLUME, true); // it never shrinks again
      case RESIZE_INSTANCE ->
          new Scenario(RUNNING, Set.of("domain", "running", "growth", "larger"), RUNNING, false);
      case REPLICATE_GROUP -> // a point that is there stays, whatever becomes of its job
          new Scenario(Set.of("row"), POINT, Set.of("row"), true);
      case VERIFY_POINT ->
          new Scenario(Set.of("sealed"), Set.of("sealed", "verified"), Set.of("sealed"), false);
      case RESTORE_POINT, CLONE_SNAPSHOT -> new Scenario(Set.of("row"), INSTANCE, Set.of(), false);
      case DELETE_GROUP ->
          new Scenario(POINT, Set.of("point", "disks", "proven", "available"), POINT, true);
      case SNAPSHOT_INSTANCE -> new Scenario(Set.of("row"), SNAPSHOT, Set.of(), false);
      case RESTORE_SNAPSHOT ->
          new Scenario(RUNNING, Set.of("domain", "running", "restored"), RUNNING, true);
      case DELETE_SNAPSHOT -> new Scenario(SNAPSHOT, Set.of(), SNAPSHOT, true);
      case PROMOTE_INSTANCE ->
          new Scenario(Set.of("row"), with(INSTANCE, "fenced"), Set.of(), false);
      case TEST_PLAN -> new Scenario(Set.of(), with(INSTANCE, "bubble"), Set.of(), false);
      case CLEANUP_PLAN ->
          new Scenario(with(INSTANCE, "bubble"), Set.of("census"), with(INSTANCE, "bubble"), true);
      case DRILL -> new Scenario(Set.of(), Set.of("census"), Set.of(), false);
      case FAILOVER_PLAN -> // what was recovered stays, whatever becomes of the job
          new Scenario(Set.of(), with(INSTANCE, "owner", "fenced"), Set.of(), true);
      case REPROTECT_PLAN -> // points that may be recovered from stay
          new Scenario(OFF, TURNED, OFF, true);
      case MIGRATE_PLAN -> // what was recovered stays, and so do the points of its last rounds
          new Scenario(OF_SOURCE, MOVED, OF_SOURCE, true);
      case FAILBACK_PLAN -> new Scenario(OF_SOURCE, both(MOVED, TURNED), OF_SOURCE, true);
      case RELEASE_LEASE -> new Scenario(Set.of("held"), Set.of(), Set.of("held"), false);
      case MIGRATE_INSTANCE -> new Scenario(HERE, THERE, HERE, false);
    };
  }

  /** What a person does about a step that failed: behind its point of no return a job goes on. */
  static JobVerb answer(JobKind kind) {
    return SagaPropertiesTest.ONWARDS.contains(kind) ? JobVerb.RESUME : JobVerb.SKIP;
  }

  private static Set<String> both(Set<String> facts, Set<String> more) {
    Set<String> all = new java.util.TreeSet<>(facts);
    all.addAll(more);
    return all;
  }

  private static Set<String> withGrowth(Set<String> facts) {
    return with(facts, "growth", "grown");
  }

  private static Set<String> with(Set<String> facts, String... more) {
    Set<String> all = new java.util.TreeSet<>(facts);
    all.addAll(Set.of(more));
    return all;
  }

  /** Facts without what the scenario does not speak of. */
  static Set<String> relevant(World world, JobKind kind) {
    Set<String> facts = new java.util.TreeSet<>(world.facts);
    facts.remove("job");
    if (world.ended != JobState.SUCCEEDED) {
      facts.remove("census"); // only says what was there
      facts.removeIf(
          fact ->
              fact.startsWith(
                  "there:kept-")); // what a move has copied: for a day, for another attempt
    }
    facts.removeAll(Set.of("purged", "sent")); // nobody's any more; or goes elsewhere
    if (RecoveryWorld.PLANNED.contains(kind) && !facts.contains("owner")) {
      facts.removeAll(OF_A_ROUND); // a point that may be recovered from stays
    }
    if (kind == JobKind.CREATE_INSTANCE) {
      facts.removeAll(Set.of("copy", "copy-recorded")); // shared, stays on the host by design
    }
    return facts;
  }

  void assertDone(World world, JobKind kind) {
    assertThat(relevant(world, kind)).isEqualTo(done);
  }

  void assertUnwound(World world, JobKind kind) {
    assertThat(relevant(world, kind)).isEqualTo(unwound);
  }
}
