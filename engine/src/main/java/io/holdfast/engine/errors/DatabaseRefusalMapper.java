package io.holdfast.engine.errors;

import io.holdfast.engine.db.BusyException;
import io.holdfast.engine.db.DatabaseRefusal;
import io.holdfast.engine.db.NameTakenException;
import io.holdfast.engine.db.NetworkOverlapException;
import io.holdfast.engine.db.ReferenceGoneException;
import io.holdfast.engine.db.StillUsedException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.ext.ExceptionMapper;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a constraint of the database refused. */
public final class DatabaseRefusalMapper implements ExceptionMapper<DatabaseRefusal> {
  private final UriInfo uri;

  public DatabaseRefusalMapper(@Context UriInfo uri) {
    this.uri = uri;
  }

  @Override
  public Response toResponse(DatabaseRefusal refusal) {
    return ProblemResponses.of(problem(refusal), uri.getRequestUri().getPath());
  }

  private static Problem problem(DatabaseRefusal refusal) {
    String detail = String.valueOf(refusal.getMessage());
    if (refusal instanceof NameTakenException) {
      return problem(ProblemCode.NAME_TAKEN, detail, "name", null);
    }
    if (refusal instanceof NetworkOverlapException) {
      return problem(ProblemCode.NETWORK_OVERLAP, detail, "cidr", null);
    }
    if (refusal instanceof BusyException busy) {
      return problem(ProblemCode.INSTANCE_BUSY, detail, null, busy.activeJobId());
    }
    if (refusal instanceof ReferenceGoneException) {
      return problem(ProblemCode.REFERENCE_GONE, detail, null, null);
    }
    return problem(
        refusal instanceof StillUsedException ? ProblemCode.IN_USE : ProblemCode.INTERNAL,
        detail,
        null,
        null);
  }

  private static Problem problem(
      ProblemCode code, String detail, @Nullable String field, @Nullable UUID job) {
    return Problem.of(code, detail).with(field, job, List.of());
  }
}
