package io.holdfast.engine.api;

import io.holdfast.engine.db.Compression;
import io.holdfast.engine.db.ContentFormat;
import io.holdfast.workflows.model.GuestReadiness;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * A new image. With a source its import starts at once; without one it waits for its content.
 *
 * @param source address of the content; null for an upload
 * @param format of the disk, or OVA; AUTO unless told
 * @param compression what is around the disk; AUTO unless told
 * @param readiness what proves that a guest has started; AGENT unless told
 * @param sha256 of the content as it is sent, hex; checked when given
 */
public record CreateImageRequest(
    @NotNull @Pattern(regexp = Limits.NAME, message = Limits.NAME_MESSAGE) String name,
    @Nullable
        @Size(max = 2048)
        @Pattern(regexp = "https?://[!-~]+", message = "must be an http(s) address")
        String source,
    ContentFormat format,
    Compression compression,
    GuestReadiness readiness,
    @Nullable @Pattern(regexp = "[0-9a-fA-F]{64}", message = "must be 64 hex digits")
        String sha256) {
  public CreateImageRequest {
    format = format == null ? ContentFormat.AUTO : format;
    compression = compression == null ? Compression.AUTO : compression;
    readiness = readiness == null ? GuestReadiness.AGENT : readiness;
  }
}
