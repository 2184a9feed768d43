package io.holdfast.engine.db;

import io.holdfast.workflows.model.VolumeId;
import java.util.UUID;

/** A volume that a disk was when something was taken of it; it may be gone. */
public record KeptVolume(UUID id, String name) {
  /** What a guest finds the disk by, wherever it is. */
  public String serial() {
    return new VolumeId(id).serial();
  }
}
