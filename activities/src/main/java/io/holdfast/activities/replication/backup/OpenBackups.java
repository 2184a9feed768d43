package io.holdfast.activities.replication.backup;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.workflows.model.InstanceId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the source's host remembers over restarts of its worker: which views are open. */
final class OpenBackups {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SUFFIX = ".json";

  private final Path folder;

  OpenBackups(Path folder) {
    this.folder = folder;
  }

  Optional<OpenBackup> find(InstanceId instance) throws IOException {
    Path file = file(instance);
    return Files.exists(file)
        ? Optional.of(JSON.readValue(Files.readString(file), OpenBackup.class))
        : Optional.empty();
  }

  /** All that this host knows of. */
  List<OpenBackup> all() throws IOException {
    List<OpenBackup> all = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      for (Path file : PoolFiles.startingWith(folder, "")) {
        String name = String.valueOf(file.getFileName());
        if (!name.startsWith(".") && name.endsWith(SUFFIX)) {
          find(InstanceId.of(name.substring(0, name.length() - SUFFIX.length())))
              .ifPresent(all::add);
        }
      }
    }
    return all;
  }

  void keep(OpenBackup backup) throws IOException {
    Files.createDirectories(folder);
    Path file = file(backup.instance());
    Path part = file.resolveSibling(PoolFiles.temporaryName(backup.instance().toString()));
    Files.writeString(part, JSON.writeValueAsString(backup));
    PoolFiles.publish(part, file);
  }

  void forget(InstanceId instance) throws IOException {
    Files.deleteIfExists(file(instance));
  }

  private Path file(InstanceId instance) {
    return folder.resolve(instance + SUFFIX);
  }
}
