package io.holdfast.engine.resources;

import io.holdfast.engine.api.JobBody;
import io.holdfast.engine.auth.ContentAccess;
import io.holdfast.engine.auth.Roles;
import io.holdfast.engine.core.ImageService;
import io.holdfast.engine.core.ImageUpload;
import io.holdfast.engine.core.Submission;
import io.holdfast.engine.db.ImageRow;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.engine.image.ImageStore;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Contents of images: uploads by people, downloads by hosts. */
@Path("/v1/images/{image}/content")
public final class ImageContentResource {
  private final ImageService images;
  private final ImageUpload upload;
  private final ImageStore store;
  private final ContentAccess access;
  private final JobAnswers answers;

  public ImageContentResource(
      ImageService images,
      ImageUpload upload,
      ImageStore store,
      ContentAccess access,
      JobAnswers answers) {
    this.images = images;
    this.upload = upload;
    this.store = store;
    this.access = access;
    this.answers = answers;
  }

  /**
   * Takes the content of an image that waits for it, unpacks it, and starts its import. Of two
   * contents with one key the length alone is compared, since the answer comes before all is read.
   */
  @PUT
  @Consumes(MediaType.APPLICATION_OCTET_STREAM)
  @Produces(MediaType.APPLICATION_JSON)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "202",
      description = "The job",
      content = @Content(schema = @Schema(implementation = JobBody.class)))
  public void put(
      @PathParam("image") String image,
      InputStream content,
      @Context HttpHeaders headers,
      @BeanParam Call call,
      @Suspended AsyncResponse response) {
    String length = headers.getHeaderString(HttpHeaders.CONTENT_LENGTH); // null: sent in chunks
    Submission submission = call.submission(length == null ? "" : length);
    answers.accepted(upload.upload(submission, image, content), call.patience(), response);
  }

  /** The disk as the store has it, unpacked. Needs a token or a signed address; knows ranges. */
  @GET
  @Produces(MediaType.APPLICATION_OCTET_STREAM)
  @ApiResponse(responseCode = "200", description = "The content")
  @ApiResponse(responseCode = "206", description = "The range that was asked for")
  public Response get(
      @PathParam("image") String image,
      @QueryParam("expires") @Nullable String expires,
      @QueryParam("signature") @Nullable String signature,
      @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable String authorization,
      @HeaderParam("Range") @Nullable String range)
      throws IOException {
    if (signature == null) {
      access.checkBearer(authorization);
    }
    ImageRow row = images.get(image).row();
    if (signature != null) {
      access.checkSigned(row.id(), expires, signature);
    }
    FileChannel file = open(row);
    try {
      return respond(row, file, range);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private FileChannel open(ImageRow row) throws IOException {
    try {
      return FileChannel.open(store.contentPath(row.id()), StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      throw new ProblemException(ProblemCode.NOT_FOUND, "The image has no content yet");
    }
  }

  private static Response respond(ImageRow row, FileChannel file, @Nullable String header)
      throws IOException {
    long size = file.size();
    Optional<ByteRange> range = ByteRange.of(header, size);
    ByteRange sent = range.orElse(new ByteRange(0, size - 1));
    StreamingOutput body = out -> send(file, sent, out);
    Response.ResponseBuilder response =
        Response.status(range.isPresent() ? 206 : 200)
            .entity(body)
            .header(HttpHeaders.CONTENT_LENGTH, sent.length())
            .header("Accept-Ranges", "bytes");
    if (range.isPresent()) {
      response.header("Content-Range", "bytes %d-%d/%d".formatted(sent.first(), sent.last(), size));
    }
    return row.contentSha256() == null
        ? response.build()
        : response.tag(new EntityTag(row.contentSha256())).build();
  }

  private static void send(FileChannel file, ByteRange range, OutputStream out) throws IOException {
    try (file) {
      var target = Channels.newChannel(out);
      long position = range.first();
      while (position <= range.last()) {
        position += file.transferTo(position, range.last() - position + 1, target);
      }
    }
  }
}
