package io.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every file in invalid/ holds one mistake; its first line is a comment with the message that it
 * must produce.
 */
class HostWorkerSettingsTest {
  private static final Path INVALID = Path.of("src/test/resources/invalid");

  @Test
  void defaultsAreFilledIn(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("minimal.yml");
    Files.writeString(file, "host: {name: alpha1}\ntemporal: {address: 'localhost:7233'}\n");

    HostWorkerSettings settings = SettingsFile.read(file.toString(), HostWorkerSettings.class);

    assertThat(settings.slots()).isEqualTo(6);
    assertThat(settings.libvirt())
        .isEqualTo(new LibvirtSettings("qemu:///system", LibvirtSettings.DomainType.AUTO));
    assertThat(settings.temporal().namespace()).isEqualTo("default");
    assertThat(settings.encryption().keyFile()).isEqualTo("/etc/holdfast/keys");
    assertThat(settings.streams()).isNull();
    assertThat(settings.ownership()).isEqualTo(OwnershipSettings.DEFAULT);
  }

  @Test
  void everyKeyIsRead(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("full.yml");
    Files.writeString(
        file,
        """
        host: {name: beta2}
        libvirt: {uri: 'test:///default', domainType: QEMU}
        temporal:
          address: 'temporal.example:17233'
          namespace: lab
          tls: {enabled: true, authority: t.pem, certificate: w.pem, key: w.key, serverName: temporal}
        stateDirectory: /srv/holdfast
        encryption: {keyFile: /run/keys}
        slots: 8
        streams: {address: '10.0.0.1:7443', certificate: c.pem, key: k.pem, authority: ca.pem, bytesPerSecond: 9}
        migration: {libvirtUri: 'qemu+tls://beta2.example/system', address: '10.0.0.1'}
        ownership: {directory: /srv/owned, bootDirectory: /run/owned, hook: /srv/hook}
        pools: {shared: [common]}
        watchdog: {device: /dev/watchdog1, resetSeconds: 60}
        """);

    assertThat(SettingsFile.read(file.toString(), HostWorkerSettings.class))
        .isEqualTo(
            new HostWorkerSettings(
                new HostSettings("beta2"),
                new LibvirtSettings("test:///default", LibvirtSettings.DomainType.QEMU),
                new TemporalSettings(
                    "temporal.example:17233",
                    "lab",
                    new TemporalTlsSettings(true, "t.pem", "w.pem", "w.key", "temporal")),
                "/srv/holdfast",
                new EncryptionSettings("/run/keys"),
                8,
                new StreamSettings("10.0.0.1:7443", "c.pem", "k.pem", "ca.pem", 9L),
                new MigrationSettings("qemu+tls://beta2.example/system", "10.0.0.1"),
                new OwnershipSettings("/srv/owned", "/run/owned", "/srv/hook"),
                new PoolSettings(List.of("common")),
                new WatchdogSettings("/dev/watchdog1", 60)));
  }

  @Test
  void theShippedFileAsksOnlyForTheHostName() {
    assertThatThrownBy(() -> SettingsFile.read("host-worker.yml", HostWorkerSettings.class))
        .hasMessage("host-worker.yml: host.name must not be blank");
  }

  @ParameterizedTest
  @MethodSource("invalidFiles")
  void eachMistakeIsNamedInOneLine(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    String expected = lines.get(0).substring("# ".length());

    assertThatThrownBy(() -> SettingsFile.read(file.toString(), HostWorkerSettings.class))
        .isInstanceOf(InvalidSettingsException.class)
        .message()
        .isEqualTo(file + ": " + expected)
        .doesNotContain("\n");
  }

  static List<Path> invalidFiles() throws IOException {
    try (Stream<Path> files = Files.list(INVALID)) {
      return files.sorted().toList();
    }
  }
}
