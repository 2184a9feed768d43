package io.holdfast.engine.health;

import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.ProtectionLag;
import io.holdfast.engine.db.RpoViolation;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * How well protection groups keep what they promise: from what is restorable, never from a job's
 * state.
 */
final class ProtectionMetrics {
  private static final double MILLIS = 1_000;

  private final Database database;
  private final Clock clock;

  ProtectionMetrics(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  void register(PrometheusRegistry registry) {
    gauge("lag_seconds", "Age of what is restorable of all", ProtectionLag::lagSeconds, registry);
    gauge("rpo_seconds", "What was promised", lag -> lag.rpoMillis() / MILLIS, registry);
    gauge(
        "rpo_violation",
        "0 kept, 1 more than twice the RPO, 2 more than three times",
        lag -> level(lag.rpoViolation()),
        registry);
    GaugeWithCallback.builder()
        .name("holdfast_protection_instance_lag_seconds")
        .help("Age of what is restorable of an instance")
        .labelNames("group", "instance")
        .callback(
            gauge ->
                Metrics.unlessAway(
                    () ->
                        database
                            .daos()
                            .protectionGroups()
                            .instanceLags(clock.instant())
                            .forEach(
                                lag ->
                                    gauge.call(
                                        lag.lagSeconds(), lag.groupName(), lag.instanceName()))))
        .register(registry);
    CounterWithCallback.builder()
        .name("holdfast_protection_missed_rounds")
        .help("Rounds that fell due while the last one still ran")
        .labelNames("group")
        .callback(counter -> read(lag -> counter.call((double) lag.missedRounds(), lag.name())))
        .register(registry);
  }

  private void gauge(
      String name,
      String help,
      ToDoubleFunction<ProtectionLag> value,
      PrometheusRegistry registry) {
    GaugeWithCallback.builder()
        .name("holdfast_protection_" + name)
        .help(help)
        .labelNames("group")
        .callback(gauge -> read(lag -> gauge.call(value.applyAsDouble(lag), lag.name())))
        .register(registry);
  }

  private void read(Consumer<ProtectionLag> each) {
    Metrics.unlessAway(
        () -> database.daos().protectionGroups().lags(clock.instant()).forEach(each));
  }

  private static double level(@Nullable RpoViolation violation) {
    if (violation == null) {
      return 0;
    }
    return switch (violation) {
      case WARNING -> 1;
      case CRITICAL -> 2;
    };
  }
}
