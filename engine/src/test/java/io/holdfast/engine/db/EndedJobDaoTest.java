package io.holdfast.engine.db;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.EndedJobDao.EndedJob;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Jobs that ended long ago go with what is theirs, and leave their end with the audit. */
class EndedJobDaoTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final int DAYS = 90;
  private static final Instant OLD = Inventory.now().minus(Duration.ofDays(DAYS + 1));
  private static final PageRequest ALL = PageRequest.first(1_000);

  private final Database database = POSTGRES.database();
  private final Daos daos = database.daos();
  private final Inventory inventory = new Inventory(database);

  @BeforeEach
  void nothingElseIsOld() {
    assertThat(removed()).isNotNegative();
  }

  @Test
  void aJobGoesWithAllThatIsItsOwn() {
    JobRow job = inventory.accept(JobKind.DISCOVER_HOST, TargetType.HOST, UUID.randomUUID(), "h");
    daos.jobs().insertBeside(job.id(), UUID.randomUUID());
    daos.decisions()
        .insert(
            new DecisionRow(
                UUID.randomUUID(), job.id(), null, JobVerb.CANCEL, null, null, "me", OLD, OLD));
    daos.idempotency().claim(new IdempotencyRow("default", "k1", "sha", job.id(), null, OLD));
    daos.audit().insert(audit(job, "me", "r"));
    JobFailure failure = new JobFailure(FailureType.LIBVIRT_REFUSED, "no", List.of());
    daos.jobs().end(job.id(), JobState.FAILED, null, failure, true, OLD);

    assertThat(removed()).isEqualTo(1);

    assertThat(daos.jobs().find(job.id())).isEmpty();
    assertThat(daos.jobs().steps(job.id())).isEmpty();
    assertThat(daos.jobs().besideOf(job.id())).isEmpty();
    assertThat(daos.decisions().of(job.id())).isEmpty();
    assertThat(daos.idempotency().find("default", "k1")).isEmpty();
    assertThat(daos.endedJobs().removedTo()).isEqualTo(OLD);
    AuditView entry =
        daos.audit()
            .list(ALL, new AuditFilter(null, job.targetId(), null, null, null, null))
            .get(0);
    assertThat(entry.jobState()).isEqualTo(JobState.FAILED);
    assertThat(entry.jobError()).isEqualTo(failure);
    assertThat(entry.jobEndedAt()).isEqualTo(OLD);
  }

  /** What people asked for, and what went wrong, is told of for ever. */
  @Test
  void ofRoundsTheAuditKeepsWhatAPersonAskedForAndWhatFailed() {
    String groups = "/v1/protection-groups";
    JobRow own = round(JobState.SUCCEEDED, "schedule", groups);
    JobRow failed = round(JobState.FAILED, "schedule", groups);
    JobRow asked = round(JobState.SUCCEEDED, "alice", groups + "/g1:replicate");
    JobRow namesake = round(JobState.SUCCEEDED, "schedule", groups + "/g1:replicate");

    assertThat(removed()).isEqualTo(4);

    assertThat(entriesOf(own)).isZero();
    assertThat(entriesOf(failed)).isEqualTo(1);
    assertThat(entriesOf(asked)).isEqualTo(1);
    assertThat(entriesOf(namesake)).isEqualTo(1);
  }

  private JobRow round(JobState end, String caller, String path) {
    JobRow job =
        inventory.accept(
            JobKind.REPLICATE_GROUP, TargetType.PROTECTION_GROUP, UUID.randomUUID(), "gone");
    daos.audit().insert(audit(job, caller, path));
    daos.jobs().end(job.id(), end, null, null, true, OLD);
    return job;
  }

  private int entriesOf(JobRow job) {
    AuditFilter filter = new AuditFilter(null, job.targetId(), null, null, null, null);
    return daos.audit().list(ALL, filter).size();
  }

  @Test
  void whatIsYoungOrOpenStays() {
    JobRow young = host();
    end(young, OLD.plus(Duration.ofDays(2)));
    JobRow open = host();
    daos.idempotency().claim(new IdempotencyRow("default", "k2", "sha", young.id(), null, OLD));

    assertThat(removed()).isZero();
    assertThat(daos.jobs().find(young.id())).isPresent();
    assertThat(daos.jobs().find(open.id())).isPresent();
    assertThat(daos.idempotency().find("default", "k2")).isPresent();
  }

  @Test
  void aRunAndAllThatItBeganAreEvidence() {
    JobRow run =
        accepted(JobKind.DRILL, TargetType.RECOVERY_PLAN, JsonNodeFactory.instance.objectNode());
    JobRow promotion =
        accepted(JobKind.PROMOTE_INSTANCE, TargetType.INSTANCE, with("run", run.id()));
    end(run, OLD);
    end(promotion, OLD);
    sql(
        """
        insert into plan_run (id, plan_id, plan_name, plan_version, definition, site_id, kind,
                              triggered_at)
        values (?, ?, 'p', 1, '{}', ?, 'DRILL', now())
        """,
        run.id(),
        run.targetId(),
        inventory.site().id());

    assertStay(run, promotion);
    sql("delete from plan_run where id = ?", run.id());
    assertGo(run, promotion);
  }

  @Test
  void whatALaterJobIsAboutStaysAsLongAsThat() {
    JobRow released = host();
    end(released, OLD);
    JobRow release = inventory.accept(JobKind.RELEASE_LEASE, TargetType.LEASE, released.id(), "h");
    JobRow failed = host();
    end(failed, OLD);
    JobRow retry =
        daos.jobs()
            .accept(
                Inventory.job(JobKind.DISCOVER_HOST, TargetType.HOST, failed.targetId(), "h")
                    .asRetryOf(failed.id()),
                JobKind.DISCOVER_HOST.steps());

    assertStay(released, failed);
    end(release, OLD);
    end(retry, OLD);
    assertGo(release, retry);
    assertGo(released, failed);
  }

  @Test
  void aRoundStaysAsLongAsItsPoint() {
    ProtectionGroupRow group = group();
    JobRow round = round(group);
    JobRow last = round(group);
    end(last, OLD.plusSeconds(1));
    UUID point = UUID.randomUUID();
    sql(
        """
        insert into recovery_point (id, group_id, number, job_id, state, created_at)
        values (?, ?, 1, ?, 'AVAILABLE', now())
        """,
        point,
        group.id(),
        round.id());

    assertStay(round);
    daos.recoveryPoints().delete(point);
    assertGo(round);
  }

  /** What it says of the group is shown, and is what the next failure is measured by. */
  @Test
  void theLastRoundOfAGroupStaysWithIt() {
    ProtectionGroupRow group = group();
    JobRow first = round(group);
    JobRow last = round(group);
    daos.jobs().end(last.id(), JobState.FAILED, null, null, true, OLD);

    assertGo(first);
    assertStay(last);
    daos.protectionGroups().delete(group.id());
    assertGo(last);
  }

  @Test
  void theLastEvacuationOfAHostStaysWithItsMoves() {
    SiteRow site = inventory.site();
    HostRow from = inventory.host(site, 4, 4096);
    HostRow to = inventory.host(site, 4, 4096);
    JobRow evacuation =
        inventory.accept(JobKind.EVACUATE_HOST, TargetType.HOST, from.id(), from.name());
    EvacuationMoveRow planned = Inventory.plannedMove(evacuation.id(), from, to);
    daos.evacuations().plan(planned);
    JobRow move =
        inventory.accept(JobKind.MIGRATE_INSTANCE, TargetType.INSTANCE, UUID.randomUUID(), "web");
    daos.evacuations().setMoving(evacuation.id(), planned.instanceId(), move.id(), Inventory.now());
    end(move, OLD);
    end(evacuation, OLD);
    JobRow next = inventory.accept(JobKind.EVACUATE_HOST, TargetType.HOST, from.id(), from.name());

    assertStay(evacuation, move);
    end(next, Inventory.now());
    assertStay(evacuation, move); // one of its moves goes on, as far as its row says
    daos.evacuations()
        .end(evacuation.id(), planned.instanceId(), MovePhase.MOVED, null, Inventory.now());
    assertGo(evacuation);
    assertThat(daos.evacuations().of(evacuation.id())).isEmpty();
    assertGo(move);
  }

  @Test
  void whoHasAnInstanceIsKnownByItsJob() {
    SiteRow site = inventory.site();
    HostRow host = inventory.host(site, 4, 4096);
    UUID instance = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of()).targetId();
    JobRow promotion =
        accepted(
            JobKind.PROMOTE_INSTANCE, TargetType.INSTANCE, JsonNodeFactory.instance.objectNode());
    end(promotion, OLD);
    daos.ownerships().fence(instance, promotion.id(), OLD);
    JobRow move =
        accepted(
            JobKind.MIGRATE_INSTANCE, TargetType.INSTANCE, JsonNodeFactory.instance.objectNode());
    end(move, OLD);
    sql(
        """
        insert into migration (instance_id, job_id, source_host, source_pool, target_host,
                               target_pool, vcpus, memory_mib, disk_bytes, created_at)
        values (?, ?, ?, 'default', ?, 'default', 1, 1, 1, now())
        """,
        instance,
        move.id(),
        host.id(),
        host.id());

    assertStay(promotion, move);
    daos.ownerships().giveBack(promotion.id());
    sql("delete from migration where job_id = ?", move.id());
    assertGo(promotion, move);
  }

  @Test
  void whatAJobHasLeftBehindIsNotForgotten() {
    JobRow job = host();
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    result.putArray("leftovers").add("a disk on alpha1");
    daos.jobs().end(job.id(), JobState.FAILED, result, null, false, OLD);
    assertStay(job);
  }

  private void assertStay(JobRow... jobs) {
    assertThat(removed()).isZero();
    assertThat(jobs).allMatch(job -> daos.jobs().find(job.id()).isPresent());
  }

  private void assertGo(JobRow... jobs) {
    assertThat(removed()).isEqualTo(jobs.length);
    assertThat(jobs).noneMatch(job -> daos.jobs().find(job.id()).isPresent());
  }

  private int removed() {
    List<UUID> old = daos.endedJobs().endedBefore(DAYS, ALL).stream().map(EndedJob::id).toList();
    int unneeded = daos.endedJobs().unneeded(old).size();
    assertThat(daos.endedJobs().remove(old)).hasValue(unneeded);
    return unneeded;
  }

  private static void sql(String text, UUID... values) {
    try (Connection connection = POSTGRES.dataSource().getConnection();
        PreparedStatement statement = connection.prepareStatement(text)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private JobRow host() {
    return inventory.accept(JobKind.DISCOVER_HOST, TargetType.HOST, UUID.randomUUID(), "h");
  }

  private ProtectionGroupRow group() {
    ProtectionGroupRow group =
        Inventory.group(Inventory.name("group"), inventory.site(), Inventory.now());
    daos.protectionGroups().insert(group);
    return group;
  }

  private JobRow round(ProtectionGroupRow group) {
    JobRow round =
        inventory.accept(
            JobKind.REPLICATE_GROUP, TargetType.PROTECTION_GROUP, group.id(), group.name());
    end(round, OLD);
    return round;
  }

  private JobRow accepted(JobKind kind, TargetType type, ObjectNode request) {
    JobRow job =
        JobRow.pending(UUID.randomUUID(), kind, type, UUID.randomUUID(), "x", request, "me", OLD);
    return daos.jobs().accept(job, kind.steps());
  }

  private static ObjectNode with(String field, UUID value) {
    return JsonNodeFactory.instance.objectNode().put(field, value.toString());
  }

  private void end(JobRow job, Instant at) {
    daos.jobs().succeed(job.id(), JsonNodeFactory.instance.objectNode(), at);
  }

  /** Whose request is called as the caller is. */
  private static AuditRow audit(JobRow job, String caller, String path) {
    return new AuditRow(
        UUID.randomUUID(),
        OLD,
        caller,
        Role.ADMIN,
        "POST",
        path,
        "host",
        job.targetId(),
        job.targetName(),
        null,
        caller,
        AuditRow.Outcome.ACCEPTED,
        null,
        null,
        job.id());
  }
}
