package io.holdfast.engine.auth;

import io.dropwizard.auth.AuthFilter;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.SecurityContext;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6750, header only: a token in a query would be written to logs on its way. Answers 401 when
 * there is no valid token.
 */
@Priority(Priorities.AUTHENTICATION)
public final class BearerFilter extends AuthFilter<BearerToken, Caller> {
  private static final String SCHEME = "bearer ";

  private BearerFilter() {}

  @Override
  public void filter(ContainerRequestContext request) {
    BearerToken token = token(request.getHeaderString(HttpHeaders.AUTHORIZATION));
    if (token == null) {
      throw new ProblemException(
          ProblemCode.UNAUTHENTICATED, "Send the header Authorization: Bearer hf_...");
    }
    if (!authenticate(request, token, SecurityContext.BASIC_AUTH)) {
      throw new ProblemException(ProblemCode.UNAUTHENTICATED, "The token is not known");
    }
  }

  static @Nullable BearerToken token(@Nullable String header) {
    return header != null && header.toLowerCase(Locale.ROOT).startsWith(SCHEME)
        ? new BearerToken(header.substring(SCHEME.length()).strip())
        : null;
  }

  /** Takes an authenticator and an authorizer. */
  public static final class Builder extends AuthFilterBuilder<BearerToken, Caller, BearerFilter> {
    @Override
    protected BearerFilter newInstance() {
      return new BearerFilter();
    }
  }
}
