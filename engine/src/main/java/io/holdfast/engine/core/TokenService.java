package io.holdfast.engine.core;

import io.holdfast.engine.auth.BearerToken;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.PageRequest;
import io.holdfast.engine.db.Role;
import io.holdfast.engine.db.TokenRow;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Tokens. Their text is known to nobody after the answer that made them. */
public final class TokenService {
  private final Database database;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  public TokenService(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** A token with its secret. */
  public record NewToken(TokenRow row, BearerToken secret) {}

  /**
   * Makes a token. It takes no idempotency key: a repeated request could not be answered, since the
   * secret is not kept.
   */
  public NewToken create(String name, Role role) {
    return database.inTransaction(daos -> insert(daos, name, role));
  }

  /**
   * As {@link #create(String, Role)}, and the audit says which token of which role was made. The
   * token of a dry run is worth nothing.
   */
  public NewToken create(Submission submission, String name, Role role) {
    NewToken made =
        database.inTransaction(
            submission.dryRun(),
            daos -> {
              NewToken token = insert(daos, name, role);
              submission.trail().because("role " + role);
              submission.trail().accepted(daos, token.row().id(), name, token.row().createdAt());
              return token;
            });
    submission.trail().committed();
    return made;
  }

  private NewToken insert(Daos daos, String name, Role role) {
    BearerToken secret = BearerToken.generate(random);
    TokenRow row =
        new TokenRow(UUID.randomUUID(), name, role, "default", secret.sha256(), Moment.now(clock));
    daos.tokens().insert(row);
    return new NewToken(row, secret);
  }

  public List<TokenRow> list(PageRequest page, @Nullable String name) {
    return database.daos().tokens().list(page, name);
  }

  /** The token stops working within the seconds that engines remember it for. */
  public TokenRow delete(Submission submission, String reference) {
    TokenRow gone =
        database.inTransaction(
            submission.dryRun(),
            daos -> {
              TokenRow token =
                  Lookup.inPath(
                      "token", reference, daos.tokens()::findById, daos.tokens()::findByName);
              submission.trail().accepted(daos, token.id(), Moment.now(clock));
              daos.tokens().delete(token.id());
              return token;
            });
    submission.trail().committed();
    return gone;
  }
}
