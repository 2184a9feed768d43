package io.holdfast.engine.db;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the screen of a run's guest showed.
 *
 * @param png in base64; null when there is none
 * @param missing why there is none
 */
public record PlanRunScreenRow(
    UUID runId, UUID sourceId, @Nullable String png, @Nullable String missing) {}
