package io.holdfast.engine.resources;

import io.holdfast.engine.errors.Problem;
import io.holdfast.engine.errors.ProblemCode;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem.HttpMethod;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The statuses with which an operation can say no, by what it takes: a body, a reference in its
 * path, a change. Each is one shared response; {@code ./dev test} looks for answers that are not
 * declared.
 */
final class Refusals {
  private static final Set<ProblemCode> EVERY_CALL =
      Set.of(
          ProblemCode.INVALID_REQUEST,
          ProblemCode.UNAUTHENTICATED,
          ProblemCode.FORBIDDEN,
          ProblemCode.NOT_ACCEPTABLE,
          ProblemCode.INTERNAL,
          ProblemCode.DATABASE_UNAVAILABLE);

  /** A body of a type that the call does not take is refused even where none is needed. */
  private static final Set<ProblemCode> CHANGES =
      Set.of(
          ProblemCode.NAME_TAKEN, // 409, as everything that is in the way
          ProblemCode.INVALID_FIELD,
          ProblemCode.BODY_TOO_LARGE,
          ProblemCode.UNSUPPORTED_MEDIA_TYPE);

  private static final Set<ProblemCode> DOWNLOAD = Set.of(ProblemCode.RANGE_NOT_SATISFIABLE);
  private static final Set<ProblemCode> UPLOAD =
      Set.of(ProblemCode.STORAGE_FULL, ProblemCode.TOO_MANY_UPLOADS);

  private Refusals() {}

  /** The responses to which {@link #of} refers. */
  static void describe(Components components) {
    for (int status : statuses(Arrays.asList(ProblemCode.values()))) {
      components.addResponses(name(status), response(status));
    }
  }

  /** Adds them to an operation. */
  static void of(String path, HttpMethod method, Operation operation) {
    Set<ProblemCode> codes = new TreeSet<>(EVERY_CALL);
    if (path.contains("{")) {
      codes.add(ProblemCode.NOT_FOUND);
    }
    if (method != HttpMethod.GET) {
      codes.addAll(CHANGES);
    }
    if (path.endsWith("/content")) {
      codes.addAll(method == HttpMethod.GET ? DOWNLOAD : UPLOAD);
    }
    if (path.equals("/v1/events")) {
      codes.add(ProblemCode.TOO_MANY_STREAMS);
    }
    for (int status : statuses(codes)) {
      operation
          .getResponses()
          .addApiResponse(
              Integer.toString(status),
              new ApiResponse().$ref("#/components/responses/" + name(status)));
    }
  }

  private static Set<Integer> statuses(Collection<ProblemCode> codes) {
    return codes.stream().map(ProblemCode::status).collect(Collectors.toCollection(TreeSet::new));
  }

  private static String name(int status) {
    return "Problem" + status;
  }

  private static ApiResponse response(int status) {
    String codes =
        Arrays.stream(ProblemCode.values())
            .filter(code -> code.status() == status)
            .map(ProblemCode::code)
            .collect(Collectors.joining(", "));
    Schema<?> reference = new Schema<>().$ref("#/components/schemas/Problem");
    return new ApiResponse()
        .description("Why the call was refused: " + codes)
        .content(new Content().addMediaType(Problem.MEDIA_TYPE, new MediaType().schema(reference)));
  }
}
