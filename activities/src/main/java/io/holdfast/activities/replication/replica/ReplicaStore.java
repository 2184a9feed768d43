package io.holdfast.activities.replication.replica;

import java.io.IOException;
import java.nio.file.Path;

/** How a folder keeps a disk's points without a copy of what they share. */
interface ReplicaStore {
  /** Makes a disk that holds what the base holds; the base is never written. */
  void copy(Path base, long bytes, Path staged) throws IOException;

  /**
   * Removes a sealed replica; the others of its disk keep what they hold. None is no error.
   *
   * @param siblings what the names of its disk's replicas begin with
   */
  void remove(Path replica, String siblings) throws IOException;
}
