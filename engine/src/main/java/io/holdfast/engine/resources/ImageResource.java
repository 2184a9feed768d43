package io.holdfast.engine.resources;

import io.holdfast.engine.api.CreateImageRequest;
import io.holdfast.engine.api.ImageBody;
import io.holdfast.engine.api.JobBody;
import io.holdfast.engine.api.LeaseBody;
import io.holdfast.engine.auth.Roles;
import io.holdfast.engine.core.ImageService;
import io.holdfast.engine.core.ImageService.Image;
import io.holdfast.engine.core.ImageService.NewImage;
import io.holdfast.engine.core.LeaseService;
import io.holdfast.engine.core.LeaseService.Lease;
import io.holdfast.engine.db.PageRequest.Cursor;
import io.holdfast.engine.resources.Answers.Thing;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The catalogue of images. */
@Path("/v1/images")
@Produces(MediaType.APPLICATION_JSON)
public final class ImageResource {
  private final ImageService images;
  private final LeaseService leases;
  private final JobAnswers answers;

  public ImageResource(ImageService images, LeaseService leases, JobAnswers answers) {
    this.images = images;
    this.leases = leases;
    this.answers = answers;
  }

  /** 202 with the import's job; without a source 201 with the image, which waits for an upload. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "201",
      description = "Made; it waits for its content",
      content = @Content(schema = @Schema(implementation = ImageBody.class)))
  @ApiResponse(
      responseCode = "202",
      description = "The job of its import",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void create(
      @Valid @NotNull CreateImageRequest request,
      @BeanParam Call call,
      @Suspended AsyncResponse response) {
    NewImage wanted =
        new NewImage(
            request.name(),
            request.format(),
            request.compression(),
            request.readiness(),
            request.sha256());
    if (request.source() != null) {
      answers.accepted(
          images.importFrom(call.submission(request), wanted, request.source()),
          call.patience(),
          response);
      return;
    }
    ImageBody image = ImageBody.of(images.create(call.submission(request), wanted), null, null);
    Thing thing = new Thing("image", image.id(), image.name());
    response.resume(Answers.created(call, thing, image));
  }

  @GET
  @RolesAllowed(Roles.VIEWER)
  public Response list(@BeanParam Paging paging) {
    List<Image> page = images.list(paging.request(), paging.name());
    Map<UUID, Lease> held = leases.of(page.stream().map(one -> one.row().id()).toList());
    return paging.page(
        page,
        one -> body(one, held.get(one.row().id())),
        image -> new Cursor(image.row().createdAt(), image.row().id()));
  }

  @GET
  @Path("/{image}")
  @RolesAllowed(Roles.VIEWER)
  public ImageBody get(@PathParam("image") String image) {
    Image found = images.get(image);
    return body(found, leases.of(found.row().id()).orElse(null));
  }

  /** 202 with the job; refused while an instance refers to the image, or a job works on it. */
  @DELETE
  @Path("/{image}")
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "202",
      description = "The job",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void delete(
      @PathParam("image") String image, @BeanParam Call call, @Suspended AsyncResponse response) {
    answers.accepted(images.delete(call.submission(), image), call.patience(), response);
  }

  private static ImageBody body(Image image, @Nullable Lease lease) {
    return ImageBody.of(image.row(), image.activeJob(), LeaseBody.ofNullable(lease));
  }
}
