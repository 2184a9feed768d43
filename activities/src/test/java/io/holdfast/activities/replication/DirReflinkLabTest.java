package io.holdfast.activities.replication;

import io.holdfast.activities.pool.StorageBackend.Capability;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** Files that share extents: XFS. */
@Tag("lab")
@EnabledIfEnvironmentVariable(named = "HOLDFAST_LAB_LIBVIRT_URI", matches = ".+")
class DirReflinkLabTest extends StorageBackendContract {
  @Override
  List<String> mkfs() {
    return List.of("mkfs.xfs", "-q", "-m", "reflink=1");
  }

  @Override
  Set<Capability> capabilities() {
    return Set.of(Capability.CLONE);
  }
}
