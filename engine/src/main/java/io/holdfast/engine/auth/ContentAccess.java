package io.holdfast.engine.auth;

import io.dropwizard.auth.AuthenticationException;
import io.dropwizard.auth.Authenticator;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.engine.image.ImageSignatures;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Who may read an image's content: a host with a signed address, or the bearer of a token. */
public final class ContentAccess {
  private static final Pattern EPOCH_SECONDS = Pattern.compile("\\d{1,12}");

  private final Authenticator<BearerToken, Caller> authenticator;
  private final ImageSignatures signatures;

  public ContentAccess(
      Authenticator<BearerToken, Caller> authenticator, ImageSignatures signatures) {
    this.authenticator = authenticator;
    this.signatures = signatures;
  }

  /** Throws FORBIDDEN for a signature that is wrong or has expired. */
  public void checkSigned(UUID image, @Nullable String expires, String signature) {
    boolean valid =
        expires != null
            && EPOCH_SECONDS.matcher(expires).matches()
            && signatures.isValid(image, Long.parseLong(expires), signature);
    if (!valid) {
      throw new ProblemException(
          ProblemCode.FORBIDDEN, "The address's signature is wrong or has expired");
    }
  }

  /** Throws UNAUTHENTICATED; every role may read. */
  public void checkBearer(@Nullable String authorization) {
    BearerToken token = BearerFilter.token(authorization);
    try {
      if (token != null && authenticator.authenticate(token).isPresent()) {
        return;
      }
    } catch (AuthenticationException e) {
      throw new IllegalStateException(e);
    }
    throw new ProblemException(
        ProblemCode.UNAUTHENTICATED, "Send a bearer token, or use a signed address");
  }
}
