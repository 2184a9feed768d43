package io.holdfast.engine.core;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.ProtectionGroupRow;
import io.holdfast.engine.db.ProtectionGroupState;
import io.holdfast.engine.db.ProtectionMemberRow;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.engine.ledger.UndecidedMoves;
import io.holdfast.engine.protection.RoundPace;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobPolicy;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rounds of protection groups, which are jobs. A round that fails asks a person unless its caller
 * says otherwise, so that what was sent is not sent again.
 */
public final class RoundService {
  private static final Logger LOG = LoggerFactory.getLogger(RoundService.class);
  private static final JobPolicy ASKS = new JobPolicy(JobPolicy.OnFailure.PAUSE, false);

  private final Database database;
  private final Acceptance acceptance;
  private final Clock clock;

  public RoundService(Database database, Acceptance acceptance, Clock clock) {
    this.database = database;
    this.acceptance = acceptance;
    this.clock = clock;
  }

  /** One round, now. The next one is due an RPO later. */
  public JobRow replicate(Submission submission, String reference) {
    return acceptance.job(
        submission,
        UUID.randomUUID(),
        (daos, jobId) -> {
          ProtectionGroupRow group = ProtectionGroupService.locked(daos, reference);
          requireRounds(daos, group);
          return round(daos, group, jobId, submission.caller());
        });
  }

  /** Of one that a person asks for; the caller holds the group's lock. */
  static void requireRounds(Daos daos, ProtectionGroupRow group) {
    ProtectionGroupService.requireActive(group);
    if (group.paused()) {
      throw new ProblemException(
          ProblemCode.PROTECTION_GROUP_PAUSED,
          "Protection group %s is paused".formatted(group.name()));
    }
    List<ProtectionMemberRow> members = daos.protectionGroups().members(group.id());
    if (members.isEmpty()) {
      throw ProtectionGroupService.empty(group);
    }
    requireOneKnown(daos, members);
  }

  /** The others of a group have their round without those that nobody knows the place of. */
  private static void requireOneKnown(Daos daos, List<ProtectionMemberRow> members) {
    List<String> unknown = new ArrayList<>();
    for (ProtectionMemberRow member : members) {
      Optional<String> words = UndecidedMoves.words(daos, member.instanceId());
      if (words.isEmpty()) {
        return;
      }
      unknown.add("%s: %s".formatted(member.instanceName(), words.get()));
    }
    throw new ProblemException(ProblemCode.INSTANCE_OWNER_UNKNOWN, String.join("; ", unknown));
  }

  /**
   * The round that is due, unless it is not due any more. While the last one still runs it is
   * missed: it is counted and not made up for, since the next one sends all that changed. So is one
   * that is refused, which keeps no other group from its round.
   */
  Optional<JobRow> replicateWhenDue(UUID id, String submitter) {
    try {
      return Optional.of(
          acceptance.job(
              Submission.internal(submitter, "POST", "/v1/protection-groups"),
              UUID.randomUUID(),
              (daos, jobId) ->
                  daos.protectionGroups()
                      .lock(id)
                      .filter(this::isDue)
                      .map(group -> round(daos, group, jobId, submitter))
                      .orElseThrow(() -> Lookup.missing("round that is due"))));
    } catch (ProblemException refused) {
      switch (refused.code()) {
        case PROTECTION_GROUP_BUSY -> miss(id);
        case NOT_FOUND -> {} // another engine was faster, or the group has changed
        default -> {
          LOG.error("The round of protection group {} is refused", id, refused);
          miss(id);
        }
      }
      return Optional.empty();
    }
  }

  private boolean isDue(ProtectionGroupRow group) {
    return group.state() == ProtectionGroupState.ACTIVE
        && !group.paused()
        && !group.nextRoundAt().isAfter(clock.instant());
  }

  private void miss(UUID id) {
    database.useTransaction(
        daos ->
            daos.protectionGroups()
                .lock(id)
                .filter(this::isDue)
                .ifPresent(
                    group -> daos.protectionGroups().setNextRound(id, nextRound(group), true)));
  }

  private JobRow round(Daos daos, ProtectionGroupRow group, UUID jobId, String submitter) {
    daos.protectionGroups().setNextRound(group.id(), nextRound(group), false);
    return ProtectionGroupService.job(
            JobKind.REPLICATE_GROUP,
            group,
            jobId,
            submitter,
            JsonNodeFactory.instance.objectNode(),
            Moment.now(clock))
        .with(ASKS);
  }

  private Instant nextRound(ProtectionGroupRow group) {
    return RoundPace.next(
        group.id(), group.rpo(), group.nextRoundAt(), group.lastNumber() == 0, Moment.now(clock));
  }
}
