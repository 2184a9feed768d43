package io.holdfast.engine.resources;

import io.holdfast.engine.auth.Roles;
import io.holdfast.engine.core.ConsoleService;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;

/** What guests print. Operators alone: some guests print passwords. */
@Path("/v1/instances/{instance:[^/:]+}/console")
public final class ConsoleResource {
  private static final int MOST_BYTES = 65_536;
  private static final Pattern NUMBER = Pattern.compile("\\d{1,6}");

  /** The guest chose every byte: no browser may take it for anything but text. */
  private static final String TYPE = MediaType.TEXT_PLAIN + ";charset=utf-8";

  private final ConsoleService consoles;

  public ConsoleResource(ConsoleService consoles) {
    this.consoles = consoles;
  }

  /** The end of the serial console's log, {@code bytes} at most (65536; 16384 unless told). */
  @GET
  @Produces(TYPE)
  @RolesAllowed(Roles.OPERATOR)
  @ApiResponse(
      responseCode = "200",
      description = "As the guest wrote it; empty when it never ran",
      content =
          @Content(
              mediaType = MediaType.TEXT_PLAIN,
              schema = @Schema(implementation = String.class)))
  public void get(
      @PathParam("instance") String instance,
      @Parameter(schema = @Schema(type = "integer", minimum = "1", maximum = "65536"))
          @QueryParam("bytes")
          @DefaultValue("16384")
          String bytes,
      @Suspended AsyncResponse response) {
    CompletableFuture<Boolean> unused =
        consoles
            .end(instance, number(bytes))
            .handle(
                (text, failure) ->
                    failure == null
                        ? response.resume(answer(text))
                        : response.resume(cause(failure)));
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private static Response answer(byte[] text) {
    return Response.ok(withoutHalfCharacter(text), TYPE)
        .header("X-Content-Type-Options", "nosniff")
        .header("Content-Security-Policy", "sandbox")
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .build();
  }

  /** The cut may have gone through a character of UTF-8. */
  private static byte[] withoutHalfCharacter(byte[] text) {
    int begin = 0;
    while (begin < Math.min(3, text.length) && (text[begin] & 0xc0) == 0x80) {
      begin++;
    }
    return Arrays.copyOfRange(text, begin, text.length);
  }

  private static int number(String text) {
    int bytes = NUMBER.matcher(text).matches() ? Integer.parseInt(text) : 0;
    if (bytes < 1 || bytes > MOST_BYTES) {
      throw new ProblemException(
          ProblemCode.INVALID_REQUEST, "bytes must be a number from 1 to " + MOST_BYTES);
    }
    return bytes;
  }
}
