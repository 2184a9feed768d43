package io.holdfast.workflows.model;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One question to a guest, asked until the answer is right or the time is over.
 *
 * @param address IPv4, of TCP and HTTP
 * @param port of TCP and HTTP
 * @param path of HTTP, with its slash
 * @param status that HTTP must answer with
 * @param text that must be in what comes back; of CONSOLE, HTTP and COMMAND
 * @param command program and arguments, of COMMAND
 * @param nic that has the address; null when the instance has none
 * @param others that the instance has besides
 */
public record ProbeSpec(
    InstanceId instance,
    ProbeKind kind,
    @Nullable String address,
    int port,
    @Nullable String path,
    int status,
    @Nullable String text,
    List<String> command,
    int timeoutSeconds,
    @Nullable ProbeNic nic,
    List<ProbeNic> others) {
  public ProbeSpec {
    others = others == null ? List.of() : others; // of an engine that did not name them
  }

  /** The nic, and any other one. */
  public List<ProbeNic> nics() {
    return Stream.concat(Stream.ofNullable(nic), others.stream()).toList();
  }

  /** A nic of the guest, and the network that it must be in. */
  public record ProbeNic(NetworkId network, String mac) {}

  /** What it looks at, for people. */
  public String target() {
    return switch (kind) {
      case AGENT -> "guest agent";
      case TCP -> address + ":" + port;
      case HTTP -> "http://" + address + ":" + port + path;
      case CONSOLE -> "console";
      case COMMAND -> String.join(" ", command);
    };
  }
}
