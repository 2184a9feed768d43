package io.holdfast.engine.resources;

import io.holdfast.engine.api.JobBody;
import io.holdfast.engine.core.JobService;
import io.holdfast.engine.core.JobService.Job;
import io.holdfast.engine.core.JobWatch;
import io.holdfast.engine.core.RunningTransfer;
import io.holdfast.engine.core.Transfers;
import io.holdfast.engine.db.JobRow;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Answers with a job, now or when it has changed. Who waits holds a connection but no thread. */
public final class JobAnswers {
  private static final int RETRY_AFTER_SECONDS = 1;

  private final JobService jobs;
  private final JobWatch watch;
  private final Transfers transfers;

  public JobAnswers(JobService jobs, JobWatch watch, Transfers transfers) {
    this.jobs = jobs;
    this.watch = watch;
    this.transfers = transfers;
  }

  /** 202 with the job; with patience, once it has ended. */
  void accepted(JobRow job, Duration patience, AsyncResponse response) {
    watch.whenFinal(
        job.id(), patience, () -> response.resume(accepted(job.id())), response::resume);
  }

  /**
   * 200 with the job; with patience, once it differs from {@code seen} (the ETag that the caller
   * knows), or from what it is now.
   */
  void current(Job job, @Nullable String seen, Duration patience, AsyncResponse response) {
    long revision = job.row().revision();
    boolean news = seen != null && !seen.equals(tag(revision));
    if (news || patience.isZero() || job.row().state().isFinal()) {
      response.resume(ok(job));
      return;
    }
    UUID id = job.row().id();
    watch.whenChanged(
        id,
        revision,
        patience,
        () -> response.resume(ok(jobs.get(id.toString()))),
        response::resume);
  }

  private Response accepted(UUID id) {
    Job job = jobs.get(id.toString());
    String address = "/v1/jobs/" + id;
    return with(Response.accepted(), job, null)
        .header(HttpHeaders.LOCATION, address)
        .header("Operation-Location", address)
        .build();
  }

  private Response ok(Job job) {
    return with(Response.ok(), job, transfers.of(job.row()).orElse(null)).build();
  }

  private static Response.ResponseBuilder with(
      Response.ResponseBuilder response, Job job, @Nullable RunningTransfer moving) {
    if (!job.row().state().isFinal()) {
      response.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
    }
    return response
        .entity(JobBody.of(job, moving))
        .tag(new EntityTag(Long.toString(job.row().revision())));
  }

  private static String tag(long revision) {
    return "\"" + revision + "\"";
  }
}
