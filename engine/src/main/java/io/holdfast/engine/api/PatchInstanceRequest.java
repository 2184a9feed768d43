package io.holdfast.engine.api;

import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A change of an instance's definition (RFC 7396): what is not named stays, null takes away. A null
 * here was not named, an empty Optional was named null.
 *
 * @param labels values by key; a key given null loses its label
 * @param leaseUntil when the instance is deleted, RFC 3339, in the future; null is never
 */
@SuppressWarnings("NullableOptional") // JSON knows "not named" beside "named null"
public record PatchInstanceRequest(
    @Nullable
        Optional<
            @Size(max = Limits.MAX_LABELS) Map<
                @Pattern(regexp = Limits.LABEL, message = Limits.LABEL_MESSAGE) String,
                @Nullable @Size(max = Limits.MAX_LABEL) String>>
        labels,
    @Nullable Optional<Instant> leaseUntil) {}
