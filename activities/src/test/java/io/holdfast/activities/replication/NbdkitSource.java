package io.holdfast.activities.replication;

import static org.awaitility.Awaitility.await;

import io.holdfast.activities.qemu.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Serves what the source's disk holds, through nbdkit's filters. */
final class NbdkitSource implements AutoCloseable {
  final Path socket;
  private final Process server;

  NbdkitSource(TwoHosts hosts, List<String> filters, List<String> parameters) throws IOException {
    Path raw = hosts.folder.resolve("source.raw");
    Commands.require(
        List.of("qemu-img", "convert", "-O", "raw", hosts.disk.toString(), raw.toString()));
    socket = hosts.folder.resolve("nbdkit.sock");
    List<String> command =
        new ArrayList<>(List.of("nbdkit", "--foreground", "--readonly", "--unix=" + socket));
    command.addAll(filters);
    command.addAll(List.of("file", raw.toString()));
    command.addAll(parameters);
    server = new ProcessBuilder(command).inheritIO().start();
    await().until(() -> Files.exists(socket));
  }

  @Override
  public void close() {
    server.destroy();
    server.onExit().join();
  }
}
