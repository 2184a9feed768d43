package io.holdfast.engine.api;

import io.holdfast.workflows.model.Consistency;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A change of a protection group; what is not named stays. The next round follows it.
 *
 * @param instances all that the group is to have
 * @param rpo ISO 8601, PT5S to P7D
 * @param retention as a whole
 */
public record PatchProtectionGroupRequest(
    @Nullable @Size(min = 1, max = Limits.MAX_MEMBERS)
        List<@NotNull @Pattern(regexp = Limits.NAME, message = Limits.REFERENCE_MESSAGE) String>
            instances,
    @Nullable @Size(max = 40) String rpo,
    @Nullable @Valid RetentionRequest retention,
    @Nullable Consistency consistency) {}
