package io.holdfast.engine.resources;

import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem.HttpMethod;
import io.swagger.v3.oas.models.media.BooleanSchema;
import io.swagger.v3.oas.models.media.ComposedSchema;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the reader of resource classes cannot know of an operation. */
final class OperationTouches {
  private static final String SCHEMAS = "#/components/schemas/";
  private static final String NAMED = SCHEMAS + "Paging";
  private static final String TIMED = SCHEMAS + "TimedPages";
  private static final Set<String> BEANS =
      Set.of(SCHEMAS + "Pages", NAMED, TIMED, SCHEMAS + "Call");

  private OperationTouches() {}

  static void apply(String path, HttpMethod method, Operation operation, boolean list) {
    operation.setOperationId(name(path, operation.getOperationId()));
    boolean named = isBody(operation, Set.of(NAMED));
    boolean timed = isBody(operation, Set.of(TIMED));
    if (isBody(operation, BEANS)) {
      operation.setRequestBody(null);
    }
    ApiResponses responses = operation.getResponses();
    ApiResponse returned = responses.get("default");
    if (responses.size() == 1 && returned != null && returned.getContent() != null) {
      responses.addApiResponse("200", returned.description("Found"));
    }
    responses.remove("default");
    Refusals.of(path, method, operation);
    if (list) {
      addPaging(operation, named, timed);
    }
    if (method == HttpMethod.POST && !path.equals("/v1/tokens")) {
      operation.addParametersItem(
          header(
              "Idempotency-Key",
              "The same key with the same body is the same change, as long as its job is kept"));
    }
    if (method == HttpMethod.POST || method == HttpMethod.DELETE || method == HttpMethod.PATCH) {
      operation.addParametersItem(
          query("dryRun", "true: answer with the plan, change nothing", new BooleanSchema()));
      responses.addApiResponse("200", plan(responses.get("200")));
    }
    if (responses.containsKey("202")) {
      operation.addParametersItem(
          header("Prefer", "wait=N: answer when the job has ended, or after N <= 60 s"));
      Schema<?> onFailure = new StringSchema()._enum(List.of("ROLLBACK", "PAUSE"));
      operation.addParametersItem(
          query("onFailure", "PAUSE: a step that fails blocks the job, which asks", onFailure));
      operation.addParametersItem(
          query("approval", "true: the job waits for :approve", new BooleanSchema()));
    }
  }

  /** {@code listFlavors, createFlavor, getImageContent}: unique, unlike the methods' names. */
  private static String name(String path, String method) {
    String verb = method.replaceAll("_\\d+$", "");
    String[] parts = path.split("/", -1);
    String noun = capital(parts[2]);
    String one = verb.equals("list") ? noun : noun.substring(0, noun.length() - 1);
    return verb + one + (parts.length > 4 ? capital(parts[4]) : "");
  }

  /** {@code RecoveryPoints} of recovery-points. */
  private static String capital(String words) {
    return Arrays.stream(words.split("-", -1))
        .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
        .collect(Collectors.joining());
  }

  /** The reader takes a {@code @BeanParam} for a body. */
  private static boolean isBody(Operation operation, Set<String> beans) {
    return operation.getRequestBody() != null
        && operation.getRequestBody().getContent().values().stream()
            .anyMatch(type -> beans.contains(String.valueOf(type.getSchema().get$ref())));
  }

  private static void addPaging(Operation operation, boolean named, boolean timed) {
    Schema<?> limit = new IntegerSchema()._default(100);
    limit.minimum(java.math.BigDecimal.ONE).maximum(java.math.BigDecimal.valueOf(1000));
    operation
        .addParametersItem(query("limit", "Most items of a page", limit))
        .addParametersItem(query("cursor", "From the header Link, rel=next", new StringSchema()));
    if (timed) {
      Schema<?> order = new StringSchema()._enum(List.of("asc", "desc"))._default("asc");
      operation
          .addParametersItem(query("order", "desc: the newest first", order))
          .addParametersItem(
              query("since", "At this time or after it (RFC 3339)", new StringSchema()));
    }
    if (named) {
      operation.addParametersItem(query("name", "Only the item of this name", new StringSchema()));
    }
  }

  private static Parameter query(String name, String description, Schema<?> schema) {
    return new Parameter().in("query").name(name).description(description).schema(schema);
  }

  private static Parameter header(String name, String description) {
    return new Parameter()
        .in("header")
        .name(name)
        .description(description)
        .schema(new StringSchema());
  }

  /** {@code done}: what is answered with the same status when the change is made; null for none. */
  private static ApiResponse plan(@Nullable ApiResponse done) {
    Schema<?> plan = new Schema<>().$ref(SCHEMAS + "PlanBody");
    Content json = done == null ? null : done.getContent();
    Schema<?> schema =
        json == null
            ? plan
            : new ComposedSchema()
                .addOneOfItem(Objects.requireNonNull(json.get("application/json")).getSchema())
                .addOneOfItem(plan);
    return new ApiResponse()
        .description((done == null ? "" : done.getDescription() + "; ") + "With dryRun: the plan")
        .content(new Content().addMediaType("application/json", new MediaType().schema(schema)));
  }
}
