package io.holdfast.engine.resources;

import io.holdfast.engine.auth.Caller;
import io.holdfast.engine.core.AuditService;
import io.holdfast.engine.core.AuditTrail;
import io.holdfast.engine.errors.Problem;
import jakarta.annotation.Priority;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Gives each request an id, and each changing request of a known caller an entry in the audit: when
 * it was refused, or when what it changed did not write one. A caller is known once the token is,
 * so this comes behind the token and before the roles.
 */
@Priority(Priorities.AUTHENTICATION + 1)
public final class AuditRecorder implements ContainerRequestFilter, ContainerResponseFilter {
  static final String TRAIL = AuditTrail.class.getName();
  private static final String ID_HEADER = "X-Request-Id";
  private static final String ID = AuditRecorder.class.getName() + ".id";
  private static final Pattern IDS = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Set<String> READS =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

  private final AuditService audit;

  public AuditRecorder(AuditService audit) {
    this.audit = audit;
  }

  @Override
  public void filter(ContainerRequestContext request) {
    String id = id(request.getHeaderString(ID_HEADER));
    request.setProperty(ID, id);
    if (!READS.contains(request.getMethod())
        && request.getSecurityContext().getUserPrincipal() instanceof Caller caller) {
      request.setProperty(
          TRAIL,
          new AuditTrail(
              caller.name(),
              caller.role(),
              request.getMethod(),
              request.getUriInfo().getRequestUri().getRawPath(),
              id));
    }
  }

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    if (request.getProperty(ID) instanceof String id) {
      response.getHeaders().putSingle(ID_HEADER, id);
    }
    if (request.getProperty(TRAIL) instanceof AuditTrail trail && !isRehearsal(request)) {
      Problem problem = response.getEntity() instanceof Problem given ? given : null;
      audit.ended(
          trail,
          response.getStatus(),
          problem == null ? null : problem.code(),
          problem == null ? null : problem.job());
    }
  }

  /** A plan changes nothing, so there is nothing to say of it. */
  private static boolean isRehearsal(ContainerRequestContext request) {
    return "true".equals(request.getUriInfo().getQueryParameters().getFirst("dryRun"));
  }

  /** The caller's, so that it can be found on both sides; else a new one. */
  private static String id(@Nullable String given) {
    return given != null && IDS.matcher(given).matches() ? given : UUID.randomUUID().toString();
  }
}
