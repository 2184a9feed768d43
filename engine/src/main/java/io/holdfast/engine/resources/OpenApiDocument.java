package io.holdfast.engine.resources;

import io.holdfast.engine.api.AuditBody;
import io.holdfast.engine.api.DrillScheduleBody;
import io.holdfast.engine.api.FlavorBody;
import io.holdfast.engine.api.HostBody;
import io.holdfast.engine.api.ImageBody;
import io.holdfast.engine.api.InstanceBody;
import io.holdfast.engine.api.JobBody;
import io.holdfast.engine.api.LeaseBody;
import io.holdfast.engine.api.NetworkBody;
import io.holdfast.engine.api.PlanBody;
import io.holdfast.engine.api.ProtectionGroupBody;
import io.holdfast.engine.api.RecoveryPlanBody;
import io.holdfast.engine.api.RecoveryPointBody;
import io.holdfast.engine.api.RunBody;
import io.holdfast.engine.api.SiteBody;
import io.holdfast.engine.api.SnapshotBody;
import io.holdfast.engine.api.TokenBody;
import io.holdfast.engine.api.VolumeBody;
import io.holdfast.engine.errors.Problem;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.core.converter.ResolvedSchema;
import io.swagger.v3.jaxrs2.Reader;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.PathItem.HttpMethod;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** OpenAPI, read from the resource classes; what holds for every call is added here once. */
public final class OpenApiDocument {
  private static final List<Class<?>> RESOURCES =
      List.of(
          SiteResource.class,
          HostResource.class,
          HostMaintenanceResource.class,
          HostEvacuationResource.class,
          FlavorResource.class,
          NetworkResource.class,
          ImageResource.class,
          ImageContentResource.class,
          InstanceResource.class,
          InstanceSizeResource.class,
          InstanceMigrationResource.class,
          InstanceSnapshotResource.class,
          SnapshotResource.class,
          VolumeResource.class,
          ProtectionGroupResource.class,
          RecoveryPointResource.class,
          RecoveryPlanResource.class,
          RunResource.class,
          DrillScheduleResource.class,
          ConsoleResource.class,
          JobResource.class,
          OrphanResource.class,
          EventResource.class,
          AuditResource.class,
          LeaseResource.class,
          BandwidthLimitResource.class,
          QuotaResource.class,
          TokenResource.class);

  private static final Map<String, Class<?>> PAGES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("/v1/audit", AuditBody.class),
              Map.entry("/v1/drill-schedules", DrillScheduleBody.class),
              Map.entry("/v1/flavors", FlavorBody.class),
              Map.entry("/v1/hosts", HostBody.class),
              Map.entry("/v1/images", ImageBody.class),
              Map.entry("/v1/instances", InstanceBody.class),
              Map.entry("/v1/jobs", JobBody.class),
              Map.entry("/v1/leases", LeaseBody.class),
              Map.entry("/v1/networks", NetworkBody.class),
              Map.entry("/v1/protection-groups", ProtectionGroupBody.class),
              Map.entry("/v1/protection-groups/{group}/recovery-points", RecoveryPointBody.class),
              Map.entry("/v1/recovery-plans", RecoveryPlanBody.class),
              Map.entry("/v1/recovery-plans/{plan}/runs", RunBody.class),
              Map.entry("/v1/runs", RunBody.class),
              Map.entry("/v1/sites", SiteBody.class),
              Map.entry("/v1/snapshots", SnapshotBody.class),
              Map.entry("/v1/tokens", TokenBody.class),
              Map.entry("/v1/volumes", VolumeBody.class)));

  /** What the lab can make; also sent as it is when the API is held against this document. */
  private static final Map<String, Object> EXAMPLE =
      new TreeMap<>(
          Map.of(
              "name", "example",
              "image", "guest",
              "flavor", "tiny",
              "networks", List.of("default")));

  static {
    ModelConverters.getInstance().addConverter(new RecordSchemas());
  }

  private OpenApiDocument() {}

  static List<Class<?>> resources() {
    return RESOURCES;
  }

  /** A new document. */
  public static OpenAPI make() {
    OpenAPI base =
        new OpenAPI()
            .info(
                new Info()
                    .title("Holdfast")
                    .version("v1")
                    .description(
                        "Errors are RFC 9457 problems; docs/errors.md explains each code."))
            .components(
                new Components()
                    .addSecuritySchemes(
                        "token",
                        new SecurityScheme().type(SecurityScheme.Type.HTTP).scheme("bearer")))
            .addSecurityItem(new SecurityRequirement().addList("token"));
    OpenAPI api = new Reader(base).read(new LinkedHashSet<>(RESOURCES));
    PAGES.forEach((path, item) -> describePage(api, path, item));
    completeOperations(api);
    Objects.requireNonNull(api.getComponents().getSchemas().get("CreateInstanceRequest"))
        .setExample(EXAMPLE);
    return api;
  }

  /** A page's type is generic, which the reader cannot see. */
  private static void describePage(OpenAPI api, String path, Class<?> item) {
    ModelConverters.getInstance()
        .readAll(item)
        .forEach((name, schema) -> api.getComponents().addSchemas(name, schema));
    Schema<?> items =
        new ArraySchema()
            .items(new Schema<>().$ref("#/components/schemas/" + item.getSimpleName()));
    Schema<?> page = new ObjectSchema().addProperty("items", items).addRequiredItem("items");
    ApiResponse response =
        new ApiResponse()
            .description("One page; the header Link leads to the next")
            .content(new Content().addMediaType("application/json", new MediaType().schema(page)));
    ApiResponses responses = new ApiResponses().addApiResponse("200", response);
    Objects.requireNonNull(api.getPaths().get(path)).getGet().setResponses(responses);
  }

  private static void completeOperations(OpenAPI api) {
    ResolvedSchema problem =
        ModelConverters.getInstance()
            .resolveAsResolvedSchema(new AnnotatedType(Problem.class).resolveAsRef(false));
    api.getComponents().addSchemas("Problem", problem.schema);
    ModelConverters.getInstance()
        .readAll(PlanBody.class)
        .forEach((name, schema) -> api.getComponents().addSchemas(name, schema));
    Refusals.describe(api.getComponents());
    api.getComponents().getSchemas().remove("Call");
    api.getComponents().getSchemas().remove("Pages");
    api.getComponents().getSchemas().remove("Paging");
    api.getComponents().getSchemas().remove("TimedPages");
    api.getPaths()
        .forEach(
            (path, item) ->
                item.readOperationsMap()
                    .forEach(
                        (method, operation) ->
                            OperationTouches.apply(
                                path,
                                method,
                                operation,
                                method == HttpMethod.GET && PAGES.containsKey(path))));
  }
}
