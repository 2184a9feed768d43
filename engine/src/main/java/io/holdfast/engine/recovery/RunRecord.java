package io.holdfast.engine.recovery;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.holdfast.engine.db.RunVerdict;
import io.holdfast.workflows.model.RunKind;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A run of a recovery plan with all that is known of it: what reports are made of. Times are the
 * engine's; RTO is from the trigger to the last green probe, RPO from what a point shows to the
 * trigger.
 *
 * @param id also that of the run's job
 * @param planVersion that the run was pinned to
 * @param state as the API shows it: COMPLETED, BLOCKED ...
 * @param verdict null until it is known
 * @param rtoMillis of the slowest instance; null before all have been recovered
 * @param rpoMillis of the oldest point; null before all have been recovered
 * @param approvedBy who let it begin, when it waited for that
 * @param steps what the plan has before and after its tiers, in order
 * @param timeline in order
 * @param findings what is wrong with the run as a whole, as that a tier did not wait for the one
 *     before it
 * @param cleanup null when the run needs none, or had none yet
 * @param reversed empty when the run turns no direction
 * @param edits what people changed of it before it began, in order
 */
public record RunRecord(
    UUID id,
    RunKind kind,
    UUID plan,
    String planName,
    long planVersion,
    String recoverySite,
    String state,
    @Nullable RunVerdict verdict,
    String triggeredBy,
    @Nullable String reason,
    Instant triggeredAt,
    @Nullable Instant endedAt,
    @Nullable Long rtoMillis,
    @Nullable Long rpoMillis,
    List<Approval> approvedBy,
    List<Fence> fences,
    List<Step> steps,
    List<Moment> timeline,
    List<Tier> tiers,
    List<String> findings,
    @Nullable Cleanup cleanup,
    List<Reversed> reversed,
    List<Edit> edits) {

  /**
   * An instance whose direction was turned.
   *
   * @param source the instance that was protected, by name
   * @param instance the one that took over from it
   * @param host at the old site, which has its replicas from then on
   * @param keptPoint keeps what the old site had
   * @param lost what it had and nobody had copied, by disk
   */
  public record Reversed(
      String source,
      String instance,
      String group,
      String host,
      UUID keptPoint,
      @Nullable Instant releasedAt,
      List<Lost> lost) {}

  /** Bytes in ranges that nobody had copied. */
  public record Lost(String disk, long bytes, int ranges) {}

  /**
   * A value that somebody replaced.
   *
   * @param instance name of the protected instance
   * @param field point, probes or state
   * @param from as JSON, like {@code to}
   */
  public record Edit(
      Instant at,
      String by,
      @Nullable String reason,
      String instance,
      String field,
      String from,
      String to) {}

  /** Who let the run begin. */
  public record Approval(String by, @Nullable String reason, Instant at) {}

  /**
   * Why an instance cannot be running at the protected site any more.
   *
   * @param instance at the protected site; null for all of the run
   * @param proof OPERATOR: a person's word
   */
  public record Fence(
      @Nullable UUID instance, String proof, @Nullable String reason, String by, Instant at) {}

  /**
   * What the plan has before or after a tier.
   *
   * @param kind CALLOUT, APPROVAL or COMMAND
   * @param place before or after which tier
   * @param onFailure STOP, SKIP or RETRY
   * @param state that it entered last; SKIPPED: the run went on without it
   * @param seen what was answered, who approved, or why it failed
   */
  public record Step(
      String name,
      String kind,
      String place,
      String target,
      String onFailure,
      String state,
      int attempt,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt,
      @Nullable String seen) {}

  /**
   * Something that happened.
   *
   * @param subject name of the instance, else of the plan
   * @param step of the job that did it
   * @param state that the step entered
   */
  public record Moment(
      Instant at, String subject, String step, String state, @Nullable String detail) {}

  /** Instances that were recovered together; the times are as the run's own. */
  public record Tier(
      String name,
      @Nullable Long rtoMillis,
      @Nullable Long rpoMillis,
      List<RecoveredInstance> instances) {}

  /**
   * An instance of the plan and what became of it.
   *
   * @param source id of the protected instance
   * @param name of the protected instance
   * @param instance id of the one that was made of it; null before that
   * @param instanceName its name
   * @param state NOT_STARTED, RUNNING, RECOVERED, SKIPPED, LEFT_OUT, FAILED or REMOVED
   * @param point null when none could be chosen
   * @param size that it got, or was to get; null when no point could be chosen
   * @param error the first cause; null when nothing failed
   * @param console the last lines that the guest printed; null when nobody read them
   * @param screen what its screen showed; null when nobody looked
   */
  public record RecoveredInstance(
      UUID source,
      String name,
      @Nullable UUID instance,
      @Nullable String instanceName,
      @Nullable String host,
      String state,
      @Nullable Point point,
      @Nullable Size size,
      List<Nic> nics,
      List<Probe> probes,
      List<Check> checks,
      @Nullable Instant startedAt,
      @Nullable Instant recoveredAt,
      @Nullable Long rtoMillis,
      @Nullable Long rpoMillis,
      @Nullable String error,
      @Nullable String console,
      @Nullable Screen screen) {}

  /** Processors and memory. */
  public record Size(int vcpus, int memoryMiB) {}

  /**
   * A picture of a guest's screen, or why there is none.
   *
   * @param sha256 of the picture's bytes, in hex; null when there is none
   * @param png in base64; the page and the bundle have it, the record's JSON would only repeat it
   * @param missing why there is none; null when there is one
   */
  public record Screen(
      @Nullable String sha256, @JsonIgnore @Nullable String png, @Nullable String missing) {}

  /** The recovery point that the disks started as. */
  public record Point(
      UUID id,
      long number,
      String group,
      Instant takenAt,
      @Nullable Instant verifiedAt,
      List<Disk> disks) {}

  /** A disk; {@code root}: the Merkle root that its replica was sealed with, in hex. */
  public record Disk(String name, long bytes, String root) {}

  /** A nic; {@code from}: the network that it was in at the protected site. */
  public record Nic(String from, String network, @Nullable String address) {}

  /**
   * What was looked at besides.
   *
   * @param kind CHECKSUM: all of a replica was read before it booted
   */
  public record Check(String kind, String target, boolean passed, String seen) {}

  /** What the recovered guest was asked, and what was seen. */
  public record Probe(String kind, String target, boolean passed, long millis, String seen) {}

  /**
   * What was looked for after a test.
   *
   * @param job that removed it; a drill's is the run itself
   * @param verified true once hosts and ledger were read back as clean
   */
  public record Cleanup(UUID job, boolean verified, @Nullable Instant verifiedAt) {}
}
