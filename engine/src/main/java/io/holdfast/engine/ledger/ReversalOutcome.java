package io.holdfast.engine.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.LostWriteRow;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.ProtectionGroupRow;
import io.holdfast.engine.db.ReversedGroupRow;
import io.holdfast.engine.db.RunVerdict;
import io.holdfast.workflows.model.RunKind;
import java.time.Instant;

/** What a turn of direction came to; inside a transaction that holds the run's row. */
final class ReversalOutcome {
  private final Daos daos;
  private final PlanRunRow run;
  private final Instant now;

  ReversalOutcome(Daos daos, PlanRunRow run, Instant now) {
    this.daos = daos;
    this.run = run;
    this.now = now;
  }

  /** Rounds begin by themselves again, the next one an RPO after the first. */
  JsonNode ended() {
    daos.reversals().setReleased(run.id(), now);
    for (ReversedGroupRow group : daos.reversals().groups(run.id())) {
      daos.protectionGroups().findById(group.groupId()).ifPresent(this::resume);
    }
    ObjectNode result =
        run.kind() == RunKind.FAILBACK ? new RunOutcomes(daos, run, now).ended() : turned();
    result.put(
        "lostBytes", daos.reversals().lost(run.id()).stream().mapToLong(LostWriteRow::bytes).sum());
    return result;
  }

  private ObjectNode turned() {
    daos.planRuns().setEnded(run.id(), RunVerdict.PASSED, null, null, now);
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", run.planId().toString())
        .put("run", run.id().toString())
        .put("verdict", RunVerdict.PASSED.name());
  }

  private void resume(ProtectionGroupRow group) {
    daos.protectionGroups().setPaused(group.id(), false, now.plus(group.rpo()));
  }
}
