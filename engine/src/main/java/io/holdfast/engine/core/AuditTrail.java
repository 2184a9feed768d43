package io.holdfast.engine.core;

import io.holdfast.engine.db.AuditRow;
import io.holdfast.engine.db.AuditRow.Outcome;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.Role;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the audit says of one request that would change something. It is written once: with what the
 * request changed, in that transaction; or by itself, when the request was refused.
 */
public final class AuditTrail {
  private static final Pattern TARGET =
      Pattern.compile("/v1/([a-z-]{1,40})s(?:/([A-Za-z0-9-]{1,63}))?(?:[:/].*)?");
  private static final int LONGEST_PATH = 300;
  private static final int LONGEST_REASON = 500;

  private final String caller;
  private final Role role;
  private final String method;
  private final String path;
  private final String requestId;
  private @Nullable String reason;
  private boolean written;

  /** {@code path}: as it was sent, without its query. */
  public AuditTrail(String caller, Role role, String method, String path, String requestId) {
    this.caller = caller;
    this.role = role;
    this.method = method;
    this.path = path.substring(0, Math.min(LONGEST_PATH, path.length()));
    this.requestId = requestId;
  }

  /** That the caller had. */
  Role role() {
    return role;
  }

  /** The caller's own words on why. */
  public void because(@Nullable String words) {
    reason = words == null ? null : words.substring(0, Math.min(LONGEST_REASON, words.length()));
  }

  /** Inside the transaction that accepts the job. */
  void accepted(Daos daos, JobRow job, Instant at) {
    daos.audit()
        .insert(
            row(
                at,
                new Target(job.targetType().noun(), job.targetId(), job.targetName()),
                Outcome.ACCEPTED,
                null,
                null,
                job.id()));
  }

  /** Inside the transaction that makes or changes what has no job; its noun is in the path. */
  void accepted(Daos daos, @Nullable UUID made, Instant at) {
    Target target = target();
    daos.audit()
        .insert(
            row(
                at,
                made == null || target.id() != null // what is said of a run is no thing of its own
                    ? target
                    : new Target(target.type(), made, target.name()),
                Outcome.ACCEPTED,
                null,
                null,
                null));
  }

  /** As {@link #accepted(Daos, UUID, Instant)} for what has a name that the path does not say. */
  void accepted(Daos daos, UUID made, String name, Instant at) {
    daos.audit()
        .insert(
            row(at, new Target(target().type(), made, name), Outcome.ACCEPTED, null, null, null));
  }

  /** Once that transaction has committed. */
  void committed() {
    written = true;
  }

  /** True when what the request changed has its entry. */
  boolean isWritten() {
    return written;
  }

  /** The entry of a request that ended with this status and, when refused, code. */
  AuditRow ended(Instant at, int status, @Nullable String code, @Nullable UUID job) {
    boolean refused = status >= 400;
    return row(
        at,
        target(),
        refused ? Outcome.REFUSED : Outcome.ACCEPTED,
        refused ? status : null,
        code,
        job);
  }

  private AuditRow row(
      Instant at,
      Target target,
      Outcome outcome,
      @Nullable Integer status,
      @Nullable String code,
      @Nullable UUID job) {
    return new AuditRow(
        UUID.randomUUID(),
        at,
        caller,
        role,
        method,
        path,
        target.type(),
        target.id(),
        target.name(),
        reason,
        requestId,
        outcome,
        status,
        code,
        job);
  }

  /** What a path is about, as far as the path says so. */
  private Target target() {
    Matcher found = TARGET.matcher(path);
    if (!found.matches()) {
      return new Target(null, null, null);
    }
    String reference = found.group(2);
    Optional<UUID> id = Optional.ofNullable(reference).flatMap(Lookup::uuid);
    return new Target(found.group(1), id.orElse(null), id.isPresent() ? null : reference);
  }

  private record Target(@Nullable String type, @Nullable UUID id, @Nullable String name) {}
}
