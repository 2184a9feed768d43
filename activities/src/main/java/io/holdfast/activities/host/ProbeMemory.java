package io.holdfast.activities.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a probe found, kept until the host reboots, so that a worker that was restarted goes on at
 * once. The file lies under /run, which a reboot empties; another version of QEMU asks again.
 */
final class ProbeMemory {
  private static final Logger LOG = LoggerFactory.getLogger(ProbeMemory.class);

  private final Path file;

  ProbeMemory(Path file) {
    this.file = file;
  }

  Optional<String> recall(String version) {
    try {
      String[] words = Files.readString(file).strip().split(" ", -1);
      return words.length == 2 && words[1].equals(version)
          ? Optional.of(words[0])
          : Optional.empty();
    } catch (IOException unknown) {
      return Optional.empty();
    }
  }

  void keep(String found, String version) {
    try {
      Path folder = file.getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Files.writeString(file, found + " " + version + "\n");
    } catch (IOException refused) {
      LOG.debug("What the probe found is not kept: {}", refused.getMessage());
    }
  }
}
