package io.holdfast.activities.replication;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.activities.qemu.Commands;
import io.holdfast.workflows.model.ReplicaSpec;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/** Both ends of a stream in a process of its own, which is killed in the middle of what it does. */
final class DoomedWorker implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long BYTES_PER_SECOND = 40L << 20;

  private final Process process;

  private DoomedWorker(Process process) {
    this.process = process;
  }

  /** Sends the folder's disk, and seals it once it is let. */
  static DoomedWorker sends(Path folder, ReplicaSpec replica, UUID view) throws IOException {
    return start(folder, Map.of(), "send", JSON.writeValueAsString(replica), view.toString());
  }

  /**
   * Removes a replica, and is killed as soon as this verb of qemu-img has done its work; returns
   * then.
   */
  static void removes(Path folder, ReplicaSpec replica, String verb) throws IOException {
    Path programs = Files.createDirectories(folder.resolve("killed-after-" + verb));
    Path done = programs.resolve("done");
    Path gate = programs.resolve("gate");
    Commands.require(List.of("mkfifo", gate.toString()));
    String found = Commands.require(List.of("which", "qemu-img"));
    Path program =
        Files.createFile(
            programs.resolve("qemu-img"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.writeString(
        program,
        """
        #!/bin/sh
        %s "$@" || exit
        [ "$1" = %s ] || exit 0
        : >%s
        read -r _ <%s
        """
            .formatted(found, verb, done, gate));
    String path = programs + File.pathSeparator + System.getenv("PATH");
    try (DoomedWorker worker =
        start(folder, Map.of("PATH", path), "remove", JSON.writeValueAsString(replica))) {
      worker.killOnce(() -> Files.exists(done));
    }
    Files.writeString(gate, "\n"); // what it has started ends, too
  }

  private static DoomedWorker start(Path folder, Map<String, String> settings, String... words)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            DoomedWorker.class.getName(),
            folder.toString());
    builder.command().addAll(List.of(words));
    builder.environment().putAll(settings);
    builder.redirectErrorStream(true).redirectOutput(folder.resolve("doomed.log").toFile());
    return new DoomedWorker(builder.start());
  }

  void letSeal() throws IOException {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
  }

  /** SIGKILL; returns when it is gone. */
  void killOnce(Callable<Boolean> moment) {
    Awaitility.await().pollInterval(java.time.Duration.ofMillis(2)).until(moment);
    close();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }

  public static void main(String[] words) throws IOException {
    Path folder = Path.of(words[0]);
    ReplicaSpec replica = JSON.readValue(words[2], ReplicaSpec.class);
    try (TwoHosts hosts = new TwoHosts(folder, BYTES_PER_SECOND)) {
      if (words[1].equals("send")) {
        UUID view = UUID.fromString(words[3]);
        hosts.send(replica, hosts.replicas.openReplica(replica), view, null);
        if (System.in.read() >= 0) {
          hosts.replicas.sealReplica(replica);
        }
      } else {
        hosts.replicas.deleteReplica(
            replica.point(), replica.instance(), replica.disk(), replica.pool());
      }
    }
  }
}
