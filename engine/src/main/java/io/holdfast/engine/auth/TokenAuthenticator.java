package io.holdfast.engine.auth;

import io.dropwizard.auth.Authenticator;
import io.holdfast.engine.db.Database;
import java.util.Optional;

/** Looks a token up by its hash. */
public final class TokenAuthenticator implements Authenticator<BearerToken, Caller> {
  private final Database database;

  public TokenAuthenticator(Database database) {
    this.database = database;
  }

  @Override
  public Optional<Caller> authenticate(BearerToken token) {
    if (!token.isWellFormed()) {
      return Optional.empty();
    }
    return database
        .daos()
        .tokens()
        .findBySha256(token.sha256())
        .map(row -> new Caller(row.name(), row.role(), row.project()));
  }
}
