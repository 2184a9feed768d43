package io.holdfast.engine.health;

import com.codahale.metrics.MetricRegistry;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.JobCount;
import io.holdfast.engine.db.QuietJob;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.exporter.servlet.jakarta.PrometheusMetricsServlet;
import io.prometheus.metrics.instrumentation.dropwizard.DropwizardExports;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything that Prometheus reads: Dropwizard's metrics, and what the database says of jobs. */
public final class Metrics {
  private static final Logger LOG = LoggerFactory.getLogger(Metrics.class);

  private Metrics() {}

  /** The servlet of /metrics. */
  public static PrometheusMetricsServlet servlet(
      MetricRegistry metrics, Database database, Clock clock) {
    PrometheusRegistry registry = new PrometheusRegistry();
    registry.register(new DropwizardExports(metrics));
    GaugeWithCallback.builder()
        .name("holdfast_jobs")
        .help("Jobs by kind and state")
        .labelNames("kind", "state")
        .callback(gauge -> unlessAway(() -> countJobs(gauge, database)))
        .register(registry);
    GaugeWithCallback.builder()
        .name("holdfast_job_quiet_seconds")
        .help(
            "Since the last change of a step, of the open job that has come no further for longest")
        .labelNames("kind", "state")
        .callback(gauge -> unlessAway(() -> findQuiet(gauge, database, clock)))
        .register(registry);
    GaugeWithCallback.builder()
        .name("holdfast_outbox_jobs")
        .help("Accepted jobs that Temporal does not know of yet")
        .callback(
            gauge -> unlessAway(() -> gauge.call((double) database.daos().jobs().outboxDepth())))
        .register(registry);
    new ProtectionMetrics(database, clock).register(registry);
    new DrillMetrics(database).register(registry);
    return new PrometheusMetricsServlet(registry);
  }

  private static void countJobs(GaugeWithCallback.Callback gauge, Database database) {
    for (JobCount count : database.daos().jobs().counts()) {
      gauge.call((double) count.count(), label(count.kind()), label(count.state()));
    }
  }

  private static void findQuiet(GaugeWithCallback.Callback gauge, Database database, Clock clock) {
    for (QuietJob job : database.daos().jobs().quiet(clock.instant())) {
      gauge.call(job.seconds(), label(job.kind()), label(job.state()));
    }
  }

  private static String label(Enum<?> name) {
    return name.name().toLowerCase(Locale.ROOT);
  }

  /** Without the database the other metrics are still worth reading. */
  static void unlessAway(Runnable read) {
    try {
      read.run();
    } catch (RuntimeException e) {
      LOG.warn("No metrics of the database: {}", e.getMessage());
    }
  }
}
