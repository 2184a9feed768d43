package io.holdfast.engine.api;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * Lets the recovery site take over; the body may be left out.
 *
 * @param fencing what proves that the protected site does not run the instances any more; without
 *     it the run blocks at each instance that nothing else proves it of
 */
public record FailoverRequest(
    @Nullable @Size(max = Limits.MAX_REASON) String reason,
    @Nullable @Valid FencingRequest fencing) {
  /** What is meant when the body is left out. */
  public static final FailoverRequest PLAIN = new FailoverRequest(null, null);

  /** What proves that something is off. */
  public enum ProofKind {
    /** A person's word, which is recorded with the run. */
    OPERATOR
  }

  /**
   * A proof.
   *
   * @param reason how its giver knows: it stands in the run's report
   * @param instance by name or id; null: all instances of the run
   */
  public record FencingRequest(
      @NotNull ProofKind proof,
      @NotNull @NotBlank @Size(max = Limits.MAX_REASON) String reason,
      @Nullable @Pattern(regexp = Limits.NAME, message = Limits.REFERENCE_MESSAGE)
          String instance) {}
}
