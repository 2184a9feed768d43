package io.holdfast.workflows.properties;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.workflows.model.JobKind;
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

  /** No default: a new kind of job without a scenario does not compile. */
  static Scenario of(JobKind kind) {
    return switch (kind) {
      case CREATE_INSTANCE -> new Scenario(Set.of("row"), INSTANCE, Set.of(), false);
      case DELETE_INSTANCE -> new Scenario(INSTANCE, Set.of(), INSTANCE, true);
      case POWER_INSTANCE ->
          new Scenario(
              INSTANCE, Set.of("row", "reservation", "volumes", "ports", "domain"), INSTANCE, true);
      case DISCOVER_HOST -> new Scenario(Set.of(), Set.of("host"), Set.of(), false);
      case IMPORT_IMAGE -> new Scenario(Set.of("row"), IMAGE, Set.of(), false);
      case DELETE_IMAGE -> new Scenario(IMAGE, Set.of(), IMAGE, true);
      case MAINTAIN_HOST ->
          new Scenario(Set.of("host"), Set.of("host", "closed"), Set.of("host"), false);
      case ACTIVATE_HOST ->
          new Scenario(Set.of("host", "closed"), Set.of("host"), Set.of("host", "closed"), false);
    };
  }

  /** Facts without what the scenario does not speak of. */
  static Set<String> relevant(World world, JobKind kind) {
    Set<String> facts = new java.util.TreeSet<>(world.facts);
    facts.remove("job");
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
