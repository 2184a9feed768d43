package io.holdfast.config;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.util.List;

/**
 * The engine's image store.
 *
 * @param directory where contents lie; shared by all engines when there is more than one
 * @param publicUrl the engine's address as hosts reach it, without a slash at the end
 * @param maxBytes the largest content that is taken, as it is sent and as it is once unpacked; 64
 *     GiB unless told
 * @param sourcePrefixes addresses from which an image may be imported must begin with one of these;
 *     none unless told, so that nobody makes the engine call addresses of its own network
 */
public record ImageSettings(
    @NotBlank String directory,
    @NotBlank
        @Pattern(
            regexp = "https?://.*[^/]",
            message = "must be an http(s) address without a slash at the end")
        String publicUrl,
    @Min(1) Long maxBytes,
    List<
            @NotBlank
            @Pattern(
                regexp = "https?://[^/]+/.*",
                message = "must be an http(s) address up to a slash")
            String>
        sourcePrefixes) {
  private static final long DEFAULT_MAX_BYTES = 64L << 30;

  public ImageSettings {
    maxBytes = maxBytes == null ? DEFAULT_MAX_BYTES : maxBytes;
    sourcePrefixes = sourcePrefixes == null ? List.of() : List.copyOf(sourcePrefixes);
  }
}
