package io.holdfast.engine.core;

import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.InstanceId;
import java.util.concurrent.CompletableFuture;

/** Asks a host for the end of a guest's console. */
@FunctionalInterface
public interface ConsoleSource {
  /** Answers within seconds, or fails with whatever was in the way. */
  CompletableFuture<byte[]> read(HostId host, InstanceId instance, int bytes);
}
