package io.holdfast.engine.resources;

import io.holdfast.engine.api.PlanBody;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.UUID;

/** Answers that several resources give to changes without a job. */
final class Answers {
  private Answers() {}

  /** What was made or deleted; {@code noun} in the singular, as a job's target has it. */
  record Thing(String noun, UUID id, String name) {
    String address() {
      return "/v1/%ss/%s".formatted(noun, id);
    }
  }

  /** 201 with the thing and its address; 200 with the plan when it was not made. */
  static Response created(Call call, Thing thing, Object body) {
    if (call.dryRun()) {
      return Response.ok(PlanBody.of("CREATE", thing.noun(), thing.id(), thing.name(), body))
          .build();
    }
    return Response.status(Response.Status.CREATED)
        .header(HttpHeaders.LOCATION, thing.address())
        .entity(body)
        .build();
  }

  /** 204; 200 with the plan when it is still there. */
  static Response gone(Call call, Thing thing, Object body) {
    return call.dryRun()
        ? Response.ok(PlanBody.of("DELETE", thing.noun(), thing.id(), thing.name(), body)).build()
        : Response.noContent().build();
  }
}
