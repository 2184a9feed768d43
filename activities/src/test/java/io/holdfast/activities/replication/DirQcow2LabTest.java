package io.holdfast.activities.replication;

import io.holdfast.activities.pool.StorageBackend.Capability;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** Files that share nothing: ext4. */
@Tag("lab")
@EnabledIfEnvironmentVariable(named = "HOLDFAST_LAB_LIBVIRT_URI", matches = ".+")
class DirQcow2LabTest extends StorageBackendContract {
  @Override
  List<String> mkfs() {
    return List.of("mkfs.ext4", "-q", "-m", "0");
  }

  @Override
  Set<Capability> capabilities() {
    return Set.of();
  }
}
