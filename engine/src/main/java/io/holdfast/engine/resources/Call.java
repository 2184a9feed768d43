package io.holdfast.engine.resources;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.holdfast.engine.api.ApiJson;
import io.holdfast.engine.auth.Caller;
import io.holdfast.engine.core.AuditTrail;
import io.holdfast.engine.core.Submission;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.workflows.model.JobPolicy.OnFailure;
import io.swagger.v3.oas.annotations.Parameter;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What every call that changes something may say besides its body. */
public final class Call {
  private static final ObjectMapper CANONICAL = ApiJson.mapper();

  static final String DRY_RUN = "dryRun";

  /** Query parameters that mean something only where a job is accepted. */
  static final Set<String> OF_JOBS = Set.of("onFailure", "approval");

  private static final Pattern KEY = Pattern.compile("[!-~]{1,255}");

  @HeaderParam("Idempotency-Key")
  @Parameter(description = "The same key with the same body is the same change; printable, <= 255")
  private @Nullable String idempotencyKey;

  @HeaderParam("Prefer")
  @Parameter(description = "wait=N (RFC 7240): answer when the job has ended, or after N <= 60 s")
  private @Nullable String prefer;

  @QueryParam(DRY_RUN)
  private @Nullable List<String> dryRun;

  @QueryParam("onFailure")
  @Parameter(
      description =
          "PAUSE: a step that fails blocks the job; ROLLBACK: it is undone. Unless said: PAUSE for "
              + "rounds, moves and failovers, ROLLBACK for all others")
  private @Nullable String onFailure;

  @QueryParam("approval")
  @Parameter(description = "true: the job waits for :approve before its first step")
  private @Nullable List<String> approval;

  @Context private @Nullable UriInfo uri;
  @Context private @Nullable Request request;
  @Context private @Nullable SecurityContext security;
  @Context private @Nullable ContainerRequestContext context;

  /** {@code body}: the parsed request, so that white space and order make no difference. */
  Submission submission(Object body) {
    Caller caller = (Caller) Objects.requireNonNull(security).getUserPrincipal();
    return new Submission(
        caller.name(),
        caller.project(),
        key(),
        fingerprint(body),
        dryRun(),
        Optional.ofNullable(Choice.of("onFailure", OnFailure.class, onFailure)),
        approval == null || approval.isEmpty() // a list that was not sent is empty
            ? Optional.empty()
            : Optional.of(flag("approval", approval)),
        trail(body));
  }

  /** As {@link #submission(Object)} for a call without a body. */
  Submission submission() {
    return submission("");
  }

  Duration patience() {
    return Preference.waitOf(prefer);
  }

  private AuditTrail trail(Object body) {
    AuditTrail trail =
        (AuditTrail) Objects.requireNonNull(context).getProperty(AuditRecorder.TRAIL);
    JsonNode said = CANONICAL.valueToTree(body);
    String why = said.path("reason").textValue();
    trail.because(why == null ? said.at("/fencing/reason").textValue() : why);
    return trail;
  }

  /** True when only the plan is wanted. Anything but one true or false is refused. */
  boolean dryRun() {
    return flag(DRY_RUN, dryRun);
  }

  private static boolean flag(String name, @Nullable List<String> said) {
    if (said == null || said.isEmpty()) {
      return false;
    }
    if (said.size() > 1 || !List.of("true", "false").contains(said.get(0))) {
      throw Choice.invalid(name, name + " must be given once, as true or false");
    }
    return said.get(0).equals("true");
  }

  private Optional<String> key() {
    if (idempotencyKey != null && !KEY.matcher(idempotencyKey).matches()) {
      throw new ProblemException(
          ProblemCode.INVALID_REQUEST, "Idempotency-Key must be 1 to 255 printable characters");
    }
    return Optional.ofNullable(idempotencyKey);
  }

  /**
   * What the query asks for, in no order of the caller's; a plan and what it plans are one request.
   * Empty for none, as before queries counted.
   */
  private static String meant(Map<String, List<String>> query) {
    Map<String, List<String>> sorted = new TreeMap<>(query);
    sorted.remove(DRY_RUN);
    return sorted.isEmpty() ? "" : sorted + " ";
  }

  private String fingerprint(Object body) {
    try {
      Hasher hasher = Hashing.sha256().newHasher();
      hasher.putString(Objects.requireNonNull(request).getMethod() + " ", StandardCharsets.UTF_8);
      hasher.putString(Objects.requireNonNull(uri).getPath() + " ", StandardCharsets.UTF_8);
      hasher.putString(meant(uri.getQueryParameters()), StandardCharsets.UTF_8);
      hasher.putBytes(CANONICAL.writeValueAsBytes(body));
      return hasher.hash().toString();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
