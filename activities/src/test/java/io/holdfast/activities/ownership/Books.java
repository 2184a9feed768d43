package io.holdfast.activities.ownership;

import io.holdfast.config.OwnershipSettings;
import java.nio.file.Path;
import java.time.Clock;

/** Books of ownership for tests. */
public final class Books {
  private Books() {}

  /** A host's whose boots do not count. */
  public static OwnershipBook in(Path folder) {
    return new OwnershipBook(settings(folder), Clock.systemUTC());
  }

  static OwnershipSettings settings(Path folder) {
    return new OwnershipSettings(
        folder.resolve("owned").toString(),
        folder.resolve("confirmed").toString(),
        folder.resolve("qemu.d/holdfast").toString());
  }
}
