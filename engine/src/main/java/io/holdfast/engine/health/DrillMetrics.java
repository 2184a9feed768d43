package io.holdfast.engine.health;

import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.DrillCount;
import io.holdfast.engine.db.DrillScheduleRow;
import io.holdfast.engine.db.RunVerdict;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Whether drills are held when they are due, and what they proved. */
final class DrillMetrics {
  private static final double MILLIS = 1_000;

  private final Database database;

  DrillMetrics(Database database) {
    this.database = database;
  }

  void register(PrometheusRegistry registry) {
    CounterWithCallback.builder()
        .name("holdfast_drills")
        .help("Drills that have ended, by their verdict")
        .labelNames("plan", "verdict")
        .callback(
            counter ->
                counts(
                    one ->
                        counter.call(
                            (double) one.count(),
                            one.plan(),
                            one.verdict().name().toLowerCase(Locale.ROOT))))
        .register(registry);
    CounterWithCallback.builder()
        .name("holdfast_drills_late")
        .help("Drills that began late, or went on behind their deadline")
        .labelNames("plan")
        .callback(this::late)
        .register(registry);
    GaugeWithCallback.builder()
        .name("holdfast_drill_last_passed_timestamp_seconds")
        .help("When the last drill that passed has ended")
        .labelNames("plan")
        .callback(
            gauge ->
                counts(
                    one -> {
                      if (one.verdict() == RunVerdict.PASSED) {
                        gauge.call(one.lastAt().toEpochMilli() / MILLIS, one.plan());
                      }
                    }))
        .register(registry);
    CounterWithCallback.builder()
        .name("holdfast_drills_missed")
        .help("Drills that fell due and did not begin")
        .labelNames("schedule")
        .callback(counter -> schedules(one -> counter.call((double) one.missed(), one.name())))
        .register(registry);
    GaugeWithCallback.builder()
        .name("holdfast_webhook_pending")
        .help("Events that the receiver outside has not taken yet")
        .callback(
            gauge ->
                Metrics.unlessAway(() -> gauge.call((double) database.daos().webhooks().pending())))
        .register(registry);
    GaugeWithCallback.builder()
        .name("holdfast_webhook_given_up")
        .help("Events of the last week that it will not be told any more")
        .callback(
            gauge ->
                Metrics.unlessAway(() -> gauge.call((double) database.daos().webhooks().givenUp())))
        .register(registry);
  }

  private void late(CounterWithCallback.Callback counter) {
    Map<String, Double> late = new TreeMap<>();
    counts(one -> late.merge(one.plan(), (double) one.late(), Double::sum));
    late.forEach((plan, count) -> counter.call(count, plan));
  }

  private void counts(Consumer<DrillCount> each) {
    Metrics.unlessAway(() -> database.daos().rehearsals().counts().forEach(each));
  }

  private void schedules(Consumer<DrillScheduleRow> each) {
    Metrics.unlessAway(() -> database.daos().drillSchedules().all().forEach(each));
  }
}
