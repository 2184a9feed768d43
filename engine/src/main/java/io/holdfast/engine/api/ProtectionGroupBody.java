package io.holdfast.engine.api;

import io.holdfast.engine.core.ProtectionGroup;
import io.holdfast.engine.db.ProtectionGroupRow;
import io.holdfast.engine.db.ProtectionGroupState;
import io.holdfast.engine.db.ProtectionGroupView;
import io.holdfast.engine.db.ProtectionMemberRow;
import io.holdfast.engine.db.ProtectionMemberView;
import io.holdfast.engine.db.Retention;
import io.holdfast.engine.db.RpoViolation;
import io.holdfast.engine.protection.ReplicationState;
import io.holdfast.workflows.model.Consistency;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A protection group. What it shows of its replication is derived from what is restorable at the
 * target, and from the job that works on it.
 *
 * @param rpo ISO 8601
 * @param consistency of what its points show, CRASH or APPLICATION
 * @param state ACTIVE, or DISSOLVED: protects nothing, and is kept for its points
 * @param restorableAt the moment that its newest available recovery point shows; null before one
 * @param restorablePoint id of that point
 * @param lag how far that moment lies back, ISO 8601, to the millisecond; null before one
 * @param rpoViolation WARNING when the instance that lies furthest behind does so by more than
 *     twice the RPO, CRITICAL at three times; null while the RPO is kept, and while the group is
 *     paused; also of one that a recovery has paused, while some of its instances were not
 *     recovered
 * @param nextRoundAt when the next round is due; null while none will be
 * @param missedRounds that fell due while the last one still ran
 * @param lastRound id of the last round's job that ended, or null
 * @param activeJob id of the job that works on it
 */
public record ProtectionGroupBody(
    UUID id,
    String name,
    String targetSite,
    List<Member> instances,
    String rpo,
    Retention retention,
    Consistency consistency,
    ProtectionGroupState state,
    boolean paused,
    ReplicationState replication,
    @Nullable Instant restorableAt,
    @Nullable UUID restorablePoint,
    @Nullable String lag,
    @Nullable RpoViolation rpoViolation,
    @Nullable Instant nextRoundAt,
    long missedRounds,
    @Nullable UUID lastRound,
    @Nullable UUID activeJob,
    Instant createdAt) {

  /**
   * An instance, and the host and pool that its replicas go to.
   *
   * @param restorableAt the moment that the newest available recovery point with it shows; null
   *     before one. Older than the group's when rounds leave it out
   * @param rpoViolation as of the group, of this instance alone; null of one that was recovered
   */
  public record Member(
      UUID id,
      String name,
      @Nullable String host,
      @Nullable String pool,
      @Nullable Instant restorableAt,
      @Nullable RpoViolation rpoViolation) {
    private static Member of(ProtectionMemberView view, @Nullable RpoViolation violation) {
      ProtectionMemberRow row = view.member();
      return new Member(
          row.instanceId(),
          row.instanceName(),
          row.hostName(),
          row.pool(),
          view.restorableAt(),
          violation);
    }
  }

  public static ProtectionGroupBody of(ProtectionGroup group) {
    ProtectionGroupView view = group.view();
    ProtectionGroupRow row = view.group();
    Instant restorable = view.restorableAt();
    boolean protects = row.state() == ProtectionGroupState.ACTIVE;
    boolean active = protects && !row.paused();
    boolean promises = active || (protects && view.leftBehind());
    List<Member> members =
        group.members().stream()
            .map(member -> Member.of(member, promises ? violation(group, member) : null))
            .toList();
    return new ProtectionGroupBody(
        row.id(),
        row.name(),
        view.siteName(),
        members,
        row.rpo().toString(),
        row.retention(),
        row.consistency(),
        row.state(),
        row.paused(),
        ReplicationState.of(view, group.members().size()),
        restorable,
        view.restorablePoint(),
        restorable == null ? null : lag(restorable, group.readAt()).toString(),
        promises ? violation(group) : null,
        active && !group.members().isEmpty() ? row.nextRoundAt() : null,
        row.missedRounds(),
        view.lastRound(),
        view.activeJobId(),
        row.createdAt());
  }

  /** That of the instance which lies furthest behind. */
  private static @Nullable RpoViolation violation(ProtectionGroup group) {
    ProtectionGroupView view = group.view();
    Instant restorable = view.restorableAt();
    Instant since =
        group.members().stream()
            .filter(member -> !member.recovered())
            .map(ProtectionMemberView::since)
            .min(Comparator.naturalOrder())
            .orElse(restorable == null ? view.group().createdAt() : restorable);
    return RpoViolation.of(lag(since, group.readAt()), view.group().rpo());
  }

  private static @Nullable RpoViolation violation(
      ProtectionGroup group, ProtectionMemberView member) {
    return member.recovered()
        ? null
        : RpoViolation.of(lag(member.since(), group.readAt()), group.view().group().rpo());
  }

  private static Duration lag(Instant since, Instant now) {
    return Duration.ofMillis(Math.max(0, Duration.between(since, now).toMillis()));
  }
}
