package io.holdfast.engine.temporal;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.DecisionRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PageRequest;
import io.holdfast.engine.db.PageRequest.Cursor;
import io.holdfast.workflows.migration.MigrateInstanceWorkflow;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.JobDecision;
import io.holdfast.workflows.model.JobVerb;
import io.holdfast.workflows.saga.SteeringSignals;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowStub;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the runs of jobs what people decided. A decision may be delivered twice: it answers one
 * question, and a run takes one answer to each. Of limits a run is only told to read them.
 */
public final class DecisionDelivery {
  private static final Logger LOGGER = LoggerFactory.getLogger(DecisionDelivery.class);

  private final JobRuns runs;
  private final Database database;
  private final Clock clock;
  private final int atOnce;
  private final OneByOne deliveries;

  /** {@code atOnce}: so many decisions are read at once. */
  DecisionDelivery(JobRuns runs, Database database, Clock clock, int atOnce) {
    this.runs = runs;
    this.database = database;
    this.clock = clock;
    this.atOnce = atOnce;
    this.deliveries = new OneByOne(clock);
  }

  /**
   * Delivers what nobody has delivered yet; those that cannot be keep none behind them. Throws when
   * Temporal or the database does not answer. One thread at a time.
   */
  void sweep() {
    Optional<Cursor> last = Optional.empty();
    List<DecisionRow> decisions;
    do {
      decisions = database.daos().decisions().undelivered(new PageRequest(last, atOnce));
      for (DecisionRow decision : decisions) {
        deliveries.handOver("Decision", decision.id(), () -> deliver(decision));
        last = Optional.of(new Cursor(decision.decidedAt(), decision.id()));
      }
    } while (decisions.size() == atOnce);
  }

  /**
   * A job without a run has ended, or its run was lost: then its next run finds the decision still
   * undelivered.
   */
  void deliver(DecisionRow decision) {
    Daos daos = database.daos();
    JobRow job = daos.jobs().find(decision.jobId()).orElseThrow();
    try {
      if (job.state().isFinal() || tell(job, decision)) {
        daos.decisions().markDelivered(decision.id(), clock.instant());
      }
    } catch (WorkflowNotFoundException noRun) {
      LOGGER.debug("Job {} has no run to be told: {}", job.id(), noRun.getMessage());
    }
  }

  /** False when no run heard it. Temporal takes a cancel of a run that was terminated, too. */
  private boolean tell(JobRow job, DecisionRow decision) {
    WorkflowStub run = runs.of(job);
    if (decision.verb() == JobVerb.CANCEL) {
      if (!runs.goesOn(job)) {
        return false;
      }
      run.cancel();
    } else if (decision.verb() == JobVerb.LIMIT) {
      run.signal(MigrateInstanceWorkflow.LIMITS_CHANGED);
    } else {
      run.signal(SteeringSignals.DECIDE, told(decision));
    }
    return true;
  }

  /** As the run is told. */
  static JobDecision told(DecisionRow decision) {
    return new JobDecision(
        decision.id(),
        Objects.requireNonNull(decision.hold()),
        decision.verb(),
        decision.patch() != null,
        decision.decidedBy(),
        decision.reason(),
        host(decision.patch()));
  }

  /** A patch may leave the choice to the ledger. */
  private static @Nullable HostId host(@Nullable JsonNode patch) {
    JsonNode named = patch == null ? null : patch.get("host");
    return named == null || named.isNull() ? null : HostId.of(named.asText());
  }
}
