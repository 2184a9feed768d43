package io.holdfast.engine.errors;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Ends a request with a problem. The message is the problem's detail and reaches the caller. */
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ProblemCode code;
  private final @Nullable String field;
  private final @Nullable UUID job;

  @SuppressWarnings("serial") // never serialised: it ends in a mapper of this process
  private final List<String> causes;

  public ProblemException(ProblemCode code, String detail) {
    this(code, detail, null, null, List.of());
  }

  private ProblemException(
      ProblemCode code,
      String detail,
      @Nullable String field,
      @Nullable UUID job,
      List<String> causes) {
    super(detail, null, false, false);
    this.code = code;
    this.field = field;
    this.job = job;
    this.causes = List.copyOf(causes);
  }

  /** A field of the body, named as in {@code disks[0].sizeGiB}. */
  public static ProblemException ofField(ProblemCode code, String field, String detail) {
    return new ProblemException(code, detail, field, null, List.of());
  }

  /** A job that is in the way. */
  public static ProblemException ofJob(ProblemCode code, UUID job, String detail) {
    return new ProblemException(code, detail, null, job, List.of());
  }

  /** Several lines, the first being the detail as well. */
  public static ProblemException ofCauses(ProblemCode code, String detail, List<String> causes) {
    return new ProblemException(code, detail, null, null, causes);
  }

  public ProblemCode code() {
    return code;
  }

  public Problem problem() {
    return Problem.of(code, String.valueOf(getMessage())).with(field, job, causes);
  }
}
