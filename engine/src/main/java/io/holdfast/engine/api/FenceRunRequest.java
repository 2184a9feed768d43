package io.holdfast.engine.api;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;

/** A proof for a run that waits for it. */
public record FenceRunRequest(@NotNull @Valid FailoverRequest.FencingRequest fencing) {}
