package io.holdfast.engine.resources;

import io.holdfast.engine.errors.Problem;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.core.converter.ResolvedSchema;
import io.swagger.v3.jaxrs2.Reader;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.util.LinkedHashSet;
import java.util.List;

/** OpenAPI, read from the resource classes; what holds for every call is added here once. */
public final class OpenApiDocument {
  private static final List<Class<?>> RESOURCES =
      List.of(
          SiteResource.class,
          HostResource.class,
          FlavorResource.class,
          NetworkResource.class,
          ImageResource.class,
          ImageContentResource.class,
          InstanceResource.class,
          JobResource.class,
          TokenResource.class);

  private OpenApiDocument() {}

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
    addProblem(api);
    return api;
  }

  private static void addProblem(OpenAPI api) {
    ResolvedSchema problem =
        ModelConverters.getInstance()
            .resolveAsResolvedSchema(new AnnotatedType(Problem.class).resolveAsRef(false));
    api.getComponents().addSchemas("Problem", problem.schema);
    Schema<?> reference = new Schema<>().$ref("#/components/schemas/Problem");
    ApiResponse response =
        new ApiResponse()
            .description("A problem: why the call was refused, and who has to act")
            .content(
                new Content().addMediaType(Problem.MEDIA_TYPE, new MediaType().schema(reference)));
    api.getPaths()
        .values()
        .forEach(
            path ->
                path.readOperations()
                    .forEach(
                        operation -> operation.getResponses().addApiResponse("default", response)));
  }
}
