package io.holdfast.engine.errors;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.workflows.failure.Owner;
import io.holdfast.workflows.model.JobFailure;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An error as RFC 9457 (application/problem+json) with our members.
 *
 * @param status the HTTP status; in a job's error, the status that a synchronous call would have
 *     had
 * @param instance path of the request or job that it is about
 * @param owner who has to act: caller, operator or system
 * @param retryable whether the same call may succeed later without anybody changing it
 * @param field path of the offending field, as in {@code disks[0].sizeGiB}
 * @param job id of the job that is in the way, or that failed
 * @param causes further lines from the outside in
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(
    String type,
    String title,
    int status,
    String detail,
    @Nullable String instance,
    String code,
    String owner,
    boolean retryable,
    @Nullable String field,
    @Nullable UUID job,
    List<String> causes) {

  public static final String MEDIA_TYPE = "application/problem+json";
  private static final String TYPE_PREFIX = "urn:holdfast:error:";

  public static Problem of(ProblemCode code, String detail) {
    return of(code, code.status(), detail);
  }

  /** As {@link #of(ProblemCode, String)}, with a status that the server chose. */
  public static Problem of(ProblemCode code, int status, String detail) {
    return new Problem(
        TYPE_PREFIX + code.code(),
        code.title(),
        status,
        detail,
        null,
        code.code(),
        lower(code.owner()),
        code.retryable(),
        null,
        null,
        List.of());
  }

  /** Why a job or one of its steps failed. */
  public static Problem of(JobFailure failure, UUID job) {
    return of(failure).at("/v1/jobs/" + job).with(null, job, failure.causes());
  }

  /** Why a job would fail. */
  public static Problem of(JobFailure failure) {
    return new Problem(
        TYPE_PREFIX + failure.type().code(),
        title(failure),
        status(failure.type().owner()),
        failure.message(),
        null,
        failure.type().code(),
        lower(failure.type().owner()),
        failure.type().retryable(),
        null,
        null,
        failure.causes());
  }

  public Problem at(String path) {
    return new Problem(
        type, title, status, detail, path, code, owner, retryable, field, job, causes);
  }

  Problem with(@Nullable String newField, @Nullable UUID newJob, List<String> newCauses) {
    return new Problem(
        type, title, status, detail, instance, code, owner, retryable, newField, newJob, newCauses);
  }

  private static String title(JobFailure failure) {
    String words = failure.type().name().replace('_', ' ');
    return words.charAt(0) + words.substring(1).toLowerCase(Locale.ROOT);
  }

  private static int status(Owner owner) {
    return switch (owner) {
      case CALLER -> 422;
      case OPERATOR -> 409;
      case SYSTEM -> 500;
    };
  }

  private static String lower(Owner owner) {
    return owner.name().toLowerCase(Locale.ROOT);
  }
}
