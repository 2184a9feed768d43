package io.holdfast.engine.db;

import io.holdfast.workflows.model.NetworkMode;
import org.jdbi.v3.core.mapper.Nested;

/** A port with its network. */
public record PortView(
    @Nested PortRow port, String networkName, NetworkMode networkMode, String networkCidr) {}
