package io.holdfast.engine.resources;

import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem.HttpMethod;
import io.swagger.v3.oas.models.media.BooleanSchema;
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
import java.util.Set;
import java.util.stream.Collectors;

/** What the reader of resource classes cannot know of an operation. */
final class OperationTouches {
  private static final Set<String> BEANS =
      Set.of("#/components/schemas/Paging", "#/components/schemas/Call");

  private OperationTouches() {}

  static void apply(String path, HttpMethod method, Operation operation, boolean list) {
    operation.setOperationId(name(path, operation.getOperationId()));
    dropBeanBody(operation);
    ApiResponses responses = operation.getResponses();
    ApiResponse returned = responses.get("default");
    if (responses.size() == 1 && returned != null && returned.getContent() != null) {
      responses.addApiResponse("200", returned.description("Found"));
    }
    responses.remove("default");
    Refusals.of(path, method, operation);
    if (list) {
      addPaging(operation);
    }
    if (method == HttpMethod.POST && !path.equals("/v1/tokens")) {
      operation.addParametersItem(
          header("Idempotency-Key", "The same key with the same body is the same change"));
    }
    if (method == HttpMethod.POST || method == HttpMethod.DELETE) {
      operation.addParametersItem(
          query("dryRun", "true: answer with the plan, change nothing", new BooleanSchema()));
      responses.addApiResponse("200", plan());
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
  private static void dropBeanBody(Operation operation) {
    if (operation.getRequestBody() != null
        && operation.getRequestBody().getContent().values().stream()
            .anyMatch(type -> BEANS.contains(String.valueOf(type.getSchema().get$ref())))) {
      operation.setRequestBody(null);
    }
  }

  private static void addPaging(Operation operation) {
    Schema<?> limit = new IntegerSchema()._default(100);
    limit.minimum(java.math.BigDecimal.ONE).maximum(java.math.BigDecimal.valueOf(1000));
    operation
        .addParametersItem(query("limit", "Most items of a page", limit))
        .addParametersItem(query("cursor", "From the header Link, rel=next", new StringSchema()))
        .addParametersItem(query("name", "Only the item of this name", new StringSchema()));
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

  private static ApiResponse plan() {
    Schema<?> reference = new Schema<>().$ref("#/components/schemas/PlanBody");
    return new ApiResponse()
        .description("With dryRun: the plan")
        .content(new Content().addMediaType("application/json", new MediaType().schema(reference)));
  }
}
