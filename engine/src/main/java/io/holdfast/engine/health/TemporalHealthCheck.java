package io.holdfast.engine.health;

import com.codahale.metrics.health.HealthCheck;
import io.holdfast.engine.temporal.ControlWorker;
import io.holdfast.engine.temporal.TemporalClients;

/** Temporal answers, and this engine runs workflows. Without it jobs are accepted and wait. */
public final class TemporalHealthCheck extends HealthCheck {
  private final TemporalClients temporal;
  private final ControlWorker worker;

  public TemporalHealthCheck(TemporalClients temporal, ControlWorker worker) {
    this.temporal = temporal;
    this.worker = worker;
  }

  @Override
  protected Result check() {
    try {
      temporal.check();
    } catch (RuntimeException e) {
      return Result.unhealthy(String.valueOf(e.getMessage()));
    }
    return worker.isRunning()
        ? Result.healthy()
        : Result.unhealthy("the worker of queue control has not started yet");
  }
}
