package io.holdfast.activities.ownership;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.OwnershipSettings;
import io.holdfast.workflows.model.InstanceId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The hook as libvirtd runs it, on what the book has written. */
class QemuHookTest {
  private static final InstanceId ID = InstanceId.of("00000000-0000-0000-0000-0000000000a1");

  @TempDir Path folder;
  private OwnershipSettings settings;
  private OwnershipBook book;

  @BeforeEach
  void install() throws IOException {
    settings = Books.settings(folder);
    book = Books.in(folder);
    QemuHook.install(settings);
    QemuHook.install(settings);
  }

  /** What the hook said, and its exit status. */
  private record Answer(int status, String words) {}

  @ParameterizedTest
  @ValueSource(strings = {"prepare", "start", "migrate", "restore"})
  void whatIsOwnedMayStart(String operation) throws Exception {
    book.grant(ID);
    assertThat(ask(operation, "holdfast")).isEqualTo(new Answer(0, ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"prepare", "start", "migrate", "restore"})
  void whatWasLostMayNot(String operation) throws Exception {
    book.grant(ID);
    book.put(ID, new Owned(false, 7));
    Answer answer = ask(operation, "holdfast");
    assertThat(answer.status()).isEqualTo(1);
    assertThat(answer.words()).contains(ID.toString(), "recovered elsewhere (epoch 7)");
    assertThat(run(List.of("--allow", ID.toString()), "").status()).isEqualTo(1);
    assertThat(ask(operation, "holdfast").status()).isEqualTo(1);
  }

  @Test
  void anInstanceThatNobodySpokeOfMayNot() throws Exception {
    assertThat(ask("prepare", "holdfast").words()).contains("nobody has said");
  }

  @Test
  void afterABootAPersonMaySaySo() throws Exception {
    book.grant(ID);
    Files.delete(folder.resolve("confirmed/" + ID));
    Answer answer = ask("prepare", "holdfast");
    assertThat(answer.status()).isEqualTo(1);
    assertThat(answer.words()).contains("since this boot");
    assertThat(run(List.of("--allow", ID.toString()), "")).isEqualTo(new Answer(0, ""));
    assertThat(ask("prepare", "holdfast").status()).isZero();
  }

  @Test
  void domainsOfOthersAndEndsOfOursAreNotItsBusiness() throws Exception {
    assertThat(ask("prepare", "somebody").status()).isZero();
    book.put(ID, new Owned(false, 7));
    for (String operation : List.of("started", "stopped", "release", "reconnect")) {
      assertThat(ask(operation, "holdfast").status()).isZero();
    }
  }

  @Test
  void oursWithoutAUuidMayNot() throws Exception {
    String xml = "<domain><x owner='holdfast'/></domain>\n";
    assertThat(run(List.of("web", "prepare", "begin", "-"), xml).status()).isEqualTo(1);
  }

  private Answer ask(String operation, String owner) throws Exception {
    String xml =
        """
        <domain type='kvm' id='1'>
          <name>web</name>
          <uuid>%s</uuid>
          <metadata>
            <holdfast:instance xmlns:holdfast="https://holdfast.io/xmlns/libvirt/1" owner="%s" job="x"/>
          </metadata>
        </domain>
        """
            .formatted(ID, owner);
    return run(List.of("web", operation, "begin", "-"), xml);
  }

  private Answer run(List<String> arguments, String input) throws Exception {
    Path stdin = Files.writeString(folder.resolve("stdin"), input);
    Path said = folder.resolve("said");
    List<String> command = new ArrayList<>(List.of(settings.hook()));
    command.addAll(arguments);
    Process hook =
        new ProcessBuilder(command)
            .redirectInput(stdin.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    int status = hook.waitFor();
    return new Answer(status, Files.readString(said, StandardCharsets.UTF_8));
  }
}
