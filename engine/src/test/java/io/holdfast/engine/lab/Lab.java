package io.holdfast.engine.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** Hosts and processes, by {@code ./dev} and by libvirt itself; never by what the engine says. */
final class Lab {
  /** A guest boots in some four seconds; beside the guests of other labs it may take a minute. */
  static final Duration BOOTS = Duration.ofMinutes(2);

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration LAB_CHANGES = Duration.ofMinutes(5);
  private static final Duration PROCESS_STARTS = Duration.ofSeconds(130);
  private static final ObjectMapper JSON = new ObjectMapper();

  private Lab() {}

  /** A line of {@code ./dev lab hosts}. */
  record Host(String name, String site, String address, String uri) {}

  static String variable(String name) {
    return Objects.requireNonNull(
        LabEnvironment.VARIABLES.get(name), name + " is not set; ./dev test runs the lab tests");
  }

  private static Commands.Output dev(Duration atMost, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(variable("HOLDFAST_DEV")));
    command.addAll(arguments);
    return Commands.require(atMost, command);
  }

  static List<Host> hosts() {
    return dev(SOON, List.of("lab", "hosts")).lines().stream()
        .map(line -> line.split(" ", -1))
        .map(words -> new Host(words[0], words[1], words[2], words[3]))
        .toList();
  }

  /** Hosts that have power: one without runs nothing, and cannot be asked. */
  private static List<Host> powered() {
    return hosts().stream()
        .filter(host -> Commands.run(SOON, exec(host, "true")).status() == 0)
        .toList();
  }

  static Host host(String name) {
    return hosts().stream().filter(h -> h.name().equals(name)).findFirst().orElseThrow();
  }

  /** So many hosts at each site; those beyond them run on, and are nobody's. */
  static void hostsPerSite(int count) {
    dev(LAB_CHANGES, List.of("up", "--hosts-per-site", Integer.toString(count)));
  }

  /** SIGKILL; returns when the process is gone. */
  static void kill(String process) {
    dev(SOON, List.of("stop", process, "--kill"));
  }

  static void stop(String process) {
    dev(Duration.ofSeconds(60), List.of("stop", process));
  }

  /** Returns when the process is healthy. */
  static void start(String process) {
    dev(PROCESS_STARTS, List.of("start", process));
  }

  /** "up" or "down": the host's cable. */
  static void link(String host, String to) {
    dev(SOON, List.of("lab", "link", host, to));
  }

  /** Its pid; a host's namespaces know it by the same. */
  static long pid(String process) {
    String file = variable("HOLDFAST_STATE") + "/run/" + process + ".pid"; // root's
    return Long.parseLong(on(hosts().get(0), "cat", file).get(0));
  }

  /** "on" or "off": whether the lab's fencing agent reaches the host's board controller. */
  static void bmc(String host, String to) {
    dev(SOON, List.of("lab", "bmc", host, to));
  }

  /** "on" or "off": whether the host has a watchdog; its worker is started anew and told so. */
  static void watchdog(String host, String to) {
    dev(SOON, List.of("lab", "watchdog", host, to));
    stop("worker-" + host);
    start("worker-" + host);
  }

  /** "on" or "off". */
  static String power(String host) {
    return dev(SOON, List.of("lab", "power", host)).lines().get(0);
  }

  /** A power cut: what was not synced is lost, and everything that ran on the host is gone. */
  static void powerOff(Host host) {
    dev(Duration.ofSeconds(60), List.of("lab", "power-off", host.name()));
  }

  /** The boot after it; returns when libvirt answers and the host's worker was started. */
  static void powerOn(Host host) {
    dev(PROCESS_STARTS, List.of("lab", "power-on", host.name()));
  }

  /** Changes the engine's database behind its back. */
  static void sql(String change) {
    try (Connection database = Ledger.connect();
        Statement statement = database.createStatement()) {
      statement.execute(change);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The lines that a program prints inside a host. */
  static List<String> on(Host host, String... command) {
    return on(SOON, host, command);
  }

  /** As {@link #on(Host, String...)}, for what reads whole disks. */
  static List<String> on(Duration atMost, Host host, String... command) {
    return Commands.require(atMost, exec(host, command)).lines();
  }

  /** What a program that must fail on a host says. */
  static String refused(Host host, String... command) {
    Commands.Output output = Commands.run(SOON, exec(host, command));
    if (output.status() == 0) {
      throw new AssertionError("%s did not fail: %s".formatted(List.of(command), output.out()));
    }
    return output.err();
  }

  private static List<String> exec(Host host, String... command) {
    List<String> line =
        new ArrayList<>(List.of(variable("HOLDFAST_DEV"), "lab", "exec", host.name()));
    line.addAll(List.of(command));
    return line;
  }

  /** As {@link #on} for find and grep, whose status 1 says that something was not there. */
  private static List<String> search(Host host, List<String> command) {
    List<String> shell = new ArrayList<>(List.of("sh", "-c", "\"$@\" || [ $? = 1 ]", "sh"));
    shell.addAll(command);
    return on(host, shell.toArray(String[]::new));
  }

  static List<String> virsh(Host host, String... command) {
    List<String> line = new ArrayList<>(List.of("virsh", "-q", "-c", host.uri()));
    line.addAll(List.of(command));
    return Commands.require(SOON, line).lines();
  }

  /** "host uuid" of every domain with this UUID, defined or active, on hosts that have power. */
  static List<String> domains(String uuid) {
    List<String> found = new ArrayList<>();
    for (Host host : powered()) {
      virsh(host, "list", "--all", "--uuid").stream()
          .filter(uuid::equals)
          .forEach(domain -> found.add(host.name() + " " + domain));
    }
    return found;
  }

  /** QEMU processes with this UUID: libvirt may have lost one that still writes to its disk. */
  static List<String> guestProcesses(String uuid) {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes
          .filter(process -> process.getFileName().toString().matches("\\d+"))
          .filter(process -> isGuest(process, uuid))
          .map(Path::toString)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The pid of the one QEMU with this UUID. */
  static long guestProcess(String uuid) {
    List<String> found = guestProcesses(uuid);
    if (found.size() != 1) {
      throw new AssertionError("Not one QEMU process has the UUID " + uuid + " but " + found);
    }
    return Long.parseLong(found.get(0).substring("/proc/".length()));
  }

  private static boolean isGuest(Path process, String uuid) {
    try {
      String line = Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
      return line.contains("qemu-system") && line.contains(uuid);
    } catch (IOException gone) {
      return false;
    }
  }

  /** "host file" of every volume of these instances. */
  static List<String> volumes(List<String> instances) {
    return files(instances, "/var/lib/holdfast/pools");
  }

  /**
   * "host file" of every file with one of these ids in its name, on hosts that have power; of
   * storage that hosts share what lies in the host's own folder.
   */
  static List<String> files(List<String> ids, String... folders) {
    List<String> found = new ArrayList<>();
    for (Host host : powered()) {
      List<String> command = new ArrayList<>(List.of("find"));
      command.addAll(List.of(folders));
      command.addAll(List.of("-not", "-type", "d", "("));
      for (String id : ids) {
        command.addAll(List.of("-name", "*" + id + "*", "-o"));
      }
      command.addAll(List.of("-false", ")"));
      search(host, command).stream()
          .filter(file -> !file.contains("/shared/") || file.contains("/shared/" + host.name()))
          .forEach(file -> found.add(host.name() + " " + file));
    }
    return found;
  }

  /** Networks, network devices and dnsmasq processes: what a host has when it has no guest. */
  static List<String> networks() {
    List<String> found = new ArrayList<>();
    for (Host host : hosts()) {
      virsh(host, "net-list", "--all", "--name")
          .forEach(network -> found.add(host.name() + " network " + network));
      search(host, List.of("find", "/sys/class/net/", "/var/lib/libvirt/dnsmasq", "-name", "*"))
          .stream()
          .filter(path -> !path.startsWith("/var/lib") || path.endsWith(".conf"))
          .sorted()
          .forEach(path -> found.add(host.name() + " " + path));
    }
    return found;
  }

  /** DHCP reservations and leases of these MACs. */
  static List<String> leases(List<String> macs) {
    List<String> found = new ArrayList<>();
    for (Host host : hosts()) {
      List<String> command = new ArrayList<>(List.of("find"));
      command.addAll(List.of("/var/lib/libvirt/dnsmasq", "/etc/libvirt", "/run/libvirt"));
      command.addAll(List.of("-type", "f", "-exec", "grep", "-siF"));
      macs.forEach(mac -> command.addAll(List.of("-e", mac)));
      command.addAll(List.of("{}", "+"));
      search(host, command).forEach(line -> found.add(host.name() + " " + line));
    }
    return found;
  }

  /** The "return" of a guest agent's command. */
  static JsonNode agent(Host host, String uuid, Map<String, ?> command) {
    try {
      String text = JSON.writeValueAsString(command);
      List<String> answer = virsh(host, "qemu-agent-command", uuid, text);
      return JSON.readTree(String.join("", answer)).path("return");
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a program prints inside a guest. */
  static String inGuest(Host host, String uuid, String path, String... arguments) {
    Map<String, ?> start = Map.of("path", path, "arg", arguments, "capture-output", true);
    JsonNode pid = agent(host, uuid, Map.of("execute", "guest-exec", "arguments", start));
    Map<String, ?> ask =
        Map.of("execute", "guest-exec-status", "arguments", Map.of("pid", pid.path("pid").asInt()));
    JsonNode ended =
        Awaitility.await()
            .atMost(SOON)
            .until(() -> agent(host, uuid, ask), status -> status.path("exited").asBoolean());
    byte[] out = Base64.getDecoder().decode(ended.path("out-data").asText());
    return new String(out, StandardCharsets.UTF_8).strip();
  }
}
