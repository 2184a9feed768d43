package io.holdfast.activities.network;

import io.holdfast.activities.qemu.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a libvirtd leaves that died while it started one of our networks: a bridge and a DHCP
 * server. libvirt writes down that a network is active only at the end of its start, so the next
 * libvirtd knows nothing of them, and they stand in the way of every further start.
 */
final class StaleNetwork {
  private static final Logger LOG = LoggerFactory.getLogger(StaleNetwork.class);
  private static final Path DEVICES = Path.of("/sys/class/net");
  private static final Path PIDS = Path.of("/run/libvirt/network");
  private static final long DIES_WITHIN_SECONDS = 5;

  private StaleNetwork() {}

  /** Removes it; true when there was a bridge. Call it only for a network that is not active. */
  static boolean remove(String network, String bridge) throws IOException {
    killServer(network);
    if (!Files.exists(DEVICES.resolve(bridge))) {
      return false;
    }
    LOG.warn("Removing bridge {}: a libvirtd died while it started {}", bridge, network);
    Commands.require(List.of("ip", "link", "delete", bridge));
    return true;
  }

  /** By its pid file, when that process is the DHCP server of this network indeed. */
  private static void killServer(String network) throws IOException {
    Path file = PIDS.resolve(network + ".pid");
    if (!Files.exists(file)) {
      return;
    }
    String pid = Files.readString(file).strip();
    Optional<ProcessHandle> server =
        pid.matches("\\d{1,9}") ? ProcessHandle.of(Long.parseLong(pid)) : Optional.empty();
    if (server.isPresent() && serves(server.get(), network)) {
      server.get().destroyForcibly();
      try {
        server.get().onExit().get(DIES_WITHIN_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new IOException("Stopped while a DHCP server was ending", stopped);
      } catch (ExecutionException | TimeoutException lives) {
        throw new IOException("The DHCP server of " + network + " does not end", lives);
      }
    }
  }

  private static boolean serves(ProcessHandle process, String network) {
    return process
        .info()
        .commandLine()
        .filter(line -> line.contains("/dnsmasq/" + network + ".conf"))
        .isPresent();
  }
}
