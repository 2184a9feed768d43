package io.holdfast.engine.fencing;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.FencingSettings;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.HostRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs with the contract of fence agents, and without it. */
class FencingAgentsTest {
  private static final HostRef HOST = new HostRef(HostId.ofName("kvm1"), "kvm1");

  @TempDir Path folder;

  @Test
  void whatIsReadBackAsOffIsOffAndTheAgentIsToldItsOptions() throws IOException {
    String told =
        agent(
            """
            cat >>told; echo -- >>told
            grep -q action=off told && ! grep -q action=status told && exit 0
            exit 2
            """);
    assertThat(told).contains("kvm1 is off");
    assertThat(Files.readString(folder.resolve("told")))
        .isEqualTo(
            """
            plug=kvm1
            username=fence
            ip=10.0.9.1
            action=off
            --
            plug=kvm1
            username=fence
            ip=10.0.9.1
            action=status
            --
            """);
  }

  @Test
  void anAgentThatSaysOffAndDoesNotMeanItIsNoProof() throws IOException {
    assertThat(agent("exit 0")).isNull();
  }

  @Test
  void anAgentThatFailsOrHangsOrIsNotThereIsNoProof() throws IOException {
    assertThat(agent("exit 1")).isNull();
    assertThat(agent("exec tail -f /dev/null")).isNull();
    FencingSettings missing =
        new FencingSettings(folder.resolve("none").toString(), Map.of(), Map.of(), 1, 30);
    assertThat(new FencingAgents(missing).powerOff(HOST)).isNull();
    assertThat(new FencingAgents(FencingSettings.NONE).powerOff(HOST)).isNull();
  }

  private @Nullable String agent(String script) throws IOException {
    Path agent = folder.resolve("agent");
    Files.writeString(agent, "#!/bin/sh\ncd '%s'\n%s".formatted(folder, script));
    Files.setPosixFilePermissions(agent, PosixFilePermissions.fromString("rwx------"));
    FencingSettings settings =
        new FencingSettings(
            agent.toString(),
            Map.of("username", "fence"),
            Map.of("kvm1", Map.of("ip", "10.0.9.1")),
            1,
            30);
    return new FencingAgents(settings).powerOff(HOST);
  }
}
