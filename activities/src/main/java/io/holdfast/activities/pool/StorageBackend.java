package io.holdfast.activities.pool;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/**
 * How a pool makes disks out of disks. A call takes what an earlier one that was cut short has left
 * and may be made again; what is in the way is an IOException. Bytes of a disk never pass through
 * here: they are written to a path that this has made. A target is new, named by the caller, and
 * readable by its owner alone; sizes are bytes of the disk inside, at least those of its origin.
 */
public interface StorageBackend {
  /** What not every pool can do. */
  enum Capability {
    /** A copy of a whole disk takes milliseconds and no room. */
    CLONE
  }

  Set<Capability> capabilities();

  /** Makes an instance's disk of an image, which stays for as long as the disk may stand on it. */
  void fromImage(Path image, Path target, long size) throws IOException;

  /** Copies a disk that nobody writes to, whatever it stands on; the copy stands alone. */
  void copy(Path disk, Path target) throws IOException;

  /** Makes a disk that starts as another one; the base is never written by whoever writes to it. */
  void branch(Path base, Path target, long size) throws IOException;
}
