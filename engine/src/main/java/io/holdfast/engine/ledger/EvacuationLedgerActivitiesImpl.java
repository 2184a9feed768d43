package io.holdfast.engine.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.CensusItemRow;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.DecisionRow;
import io.holdfast.engine.db.EvacuationMoveRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.MovePhase;
import io.holdfast.workflows.activity.EvacuationLedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.BegunMove;
import io.holdfast.workflows.model.CensusKind;
import io.holdfast.workflows.model.EvacuationOrder;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.MoveState;
import io.holdfast.workflows.model.MovesEnd;
import io.holdfast.workflows.model.StepUpdate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * See {@link EvacuationLedgerActivities}. Locks in this order: the turn of an instance, ledger, job
 * of the evacuation, job of a move.
 */
public final class EvacuationLedgerActivitiesImpl implements EvacuationLedgerActivities {
  private final Database database;
  private final Clock clock;

  public EvacuationLedgerActivitiesImpl(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  @Override
  public EvacuationOrder planMoves(JobId evacuation, boolean anew) {
    return database.inTransaction(
        daos -> {
          daos.reservations().lockLedger();
          Evacuation plan = new Evacuation(daos, JobActivitiesImpl.lockedOpen(daos, evacuation));
          plan.plan(anew);
          return plan.order();
        });
  }

  @Override
  public BegunMove beginMove(JobId evacuation, InstanceId instance, boolean again) {
    return database.inTransaction(
        daos -> new EvacuationMoves(daos, clock.instant()).begin(evacuation, instance, again));
  }

  @Override
  public MoveState readMove(JobId move) {
    return database.inTransaction(
        daos ->
            new EvacuationMoves(daos, clock.instant()).state(JobActivitiesImpl.locked(daos, move)));
  }

  @Override
  public void skipMoves(JobId evacuation, UUID decision) {
    database.useTransaction(
        daos -> {
          daos.reservations().lockLedger();
          JobRow job = JobActivitiesImpl.lockedOpen(daos, evacuation);
          DecisionRow decided = daos.decisions().find(decision).orElseThrow();
          JsonNode named = decided.patch();
          EvacuationMoves moves = new EvacuationMoves(daos, clock.instant());
          daos.evacuations().of(job.id()).stream()
              .filter(row -> named == null || isNamed(row, named))
              .forEach(row -> moves.leaveOut(row, named != null, String.valueOf(decided.reason())));
        });
  }

  private static boolean isNamed(EvacuationMoveRow row, JsonNode patch) {
    return row.instanceId().toString().equals(patch.path("instance").asText());
  }

  @Override
  public MovesEnd endMoves(JobId evacuation) {
    return database.inTransaction(
        daos -> {
          daos.reservations().lockLedger();
          JobRow job = JobActivitiesImpl.lockedOpen(daos, evacuation);
          daos.evacuations().release(job.id(), clock.instant());
          EvacuationMoves moves = new EvacuationMoves(daos, clock.instant());
          int going = 0;
          List<String> asking = new ArrayList<>();
          for (EvacuationMoveRow row : daos.evacuations().of(job.id())) {
            switch (moves.giveUp(row)) {
              case OVER -> {
                // it is elsewhere, or where it was
              }
              case GOES_ON -> going++;
              case ASKS -> asking.add("%s: job %s".formatted(row.instanceName(), row.moveJob()));
            }
          }
          return new MovesEnd(going, asking, moved(daos, job));
        });
  }

  private static List<String> moved(Daos daos, JobRow job) {
    return daos.evacuations().of(job.id()).stream()
        .filter(row -> row.state() == MovePhase.MOVED && row.moveJob() != null)
        .map(row -> "%s is on %s".formatted(row.instanceName(), row.targetName()))
        .toList();
  }

  @Override
  public void requireEmpty(JobId evacuation, HostId host) {
    database.useTransaction(
        daos -> {
          Set<UUID> skipped =
              daos.evacuations().of(evacuation.value()).stream()
                  .filter(row -> row.state() == MovePhase.SKIPPED)
                  .map(EvacuationMoveRow::instanceId)
                  .collect(Collectors.toSet());
          String name = Lookups.host(daos, host.value()).name();
          List<String> found = new ArrayList<>();
          daos.instances().boundTo(host.value()).stream()
              .filter(instance -> !skipped.contains(instance.id()))
              .forEach(instance -> found.add("the ledger has %s there".formatted(instance.name())));
          for (CensusItemRow item : daos.censuses().itemsOf(host.value())) {
            if (item.kind() == CensusKind.DOMAIN && !skipped.contains(item.ownerId())) {
              found.add("%s has domain %s".formatted(name, item.name()));
            }
          }
          if (!found.isEmpty()) {
            throw Failures.of(
                FailureType.HOST_NOT_EMPTY, "Something of ours is still on " + name, found);
          }
        });
  }

  @Override
  public void completeEvacuation(JobId evacuation, HostId host, List<StepUpdate> updates) {
    database.useTransaction(
        daos ->
            Completion.write(daos, evacuation, updates, clock.instant(), job -> result(daos, job)));
  }

  private static JsonNode result(Daos daos, JobRow job) {
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    result.put("id", job.targetId().toString());
    ArrayNode moved = result.putArray("moved");
    ArrayNode left = result.putArray("left");
    for (EvacuationMoveRow row : daos.evacuations().of(job.id())) {
      ObjectNode each =
          (row.state() == MovePhase.MOVED ? moved : left)
              .addObject()
              .put("id", row.instanceId().toString())
              .put("name", row.instanceName());
      if (row.state() == MovePhase.MOVED) {
        each.put("host", row.targetName());
      } else {
        each.put("why", row.error());
      }
    }
    return result;
  }
}
