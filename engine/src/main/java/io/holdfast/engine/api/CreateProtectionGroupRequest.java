package io.holdfast.engine.api;

import io.holdfast.workflows.model.Consistency;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A new protection group.
 *
 * @param instances names or ids; all of them are copied in one moment
 * @param targetSite name or id of the site that the copies go to; not the instances' own
 * @param consistency CRASH, unless told, is what a power cut of all of them would leave;
 *     APPLICATION has the guests' agents freeze their file systems first
 * @param rpo how much may be lost, ISO 8601, PT5S to P7D; a round begins at this pace
 */
public record CreateProtectionGroupRequest(
    @NotNull @Pattern(regexp = Limits.NAME, message = Limits.NAME_MESSAGE) String name,
    @NotNull @Size(min = 1, max = Limits.MAX_MEMBERS)
        List<@NotNull @Pattern(regexp = Limits.NAME, message = Limits.REFERENCE_MESSAGE) String>
            instances,
    @NotNull @Pattern(regexp = Limits.NAME, message = Limits.REFERENCE_MESSAGE) String targetSite,
    @NotNull @Size(max = 40) String rpo,
    @Nullable @Valid RetentionRequest retention,
    Consistency consistency) {
  public CreateProtectionGroupRequest {
    consistency = consistency == null ? Consistency.CRASH : consistency;
  }
}
