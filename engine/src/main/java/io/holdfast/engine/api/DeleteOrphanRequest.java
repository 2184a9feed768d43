package io.holdfast.engine.api;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;

/** Why a leftover goes: kept in the audit. */
public record DeleteOrphanRequest(@NotNull @Size(min = 1, max = 500) String reason) {}
