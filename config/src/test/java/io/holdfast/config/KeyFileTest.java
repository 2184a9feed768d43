package io.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every file in invalid-keys/ holds one mistake; its first line has the message. */
class KeyFileTest {
  private static final LocalDate DAY = LocalDate.of(2026, 2, 3);

  @TempDir private Path folder;

  @Test
  void aNewKeyIsLastAndKeepsThoseBefore() throws IOException {
    Path file = folder.resolve("keys");
    String first = KeyFile.addKey(file, DAY);
    String second = KeyFile.addKey(file, DAY);

    assertThat(KeyFile.read(file.toString()).keySet()).containsExactly(first, second);
    assertThat(first).matches("2026-02-03-[0-9a-f]{4}");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(KeyFile.read(file.toString()).values())
        .doesNotHaveDuplicates()
        .allSatisfy(key -> assertThat(key.getEncoded()).hasSize(32));
  }

  @Test
  void theOrderIsThatOfTheFile() throws IOException {
    String key = "A".repeat(43) + "=";
    Path file = write("# a word\n\n z " + key + "\na\t" + key); // no line end at the end

    assertThat(KeyFile.read(file.toString()).keySet()).containsExactly("z", "a");
    String added = KeyFile.addKey(file, DAY);
    assertThat(KeyFile.read(file.toString()).keySet()).containsExactly("z", "a", added);
  }

  @Test
  void aMissingFileSaysHowToMakeOne() {
    Path file = folder.resolve("none");
    assertThatThrownBy(() -> KeyFile.read(file.toString()))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessage(
            file
                + ": there is no such key file (encryption.keyFile, HOLDFAST_KEY_FILE); make one: "
                + "java -jar holdfast-engine.jar key "
                + file);
  }

  @Test
  void aFileThatOthersMayReadIsRefused() throws IOException {
    Path file = folder.resolve("keys");
    String unused = KeyFile.addKey(file, DAY);
    assertThat(unused).isNotEmpty();
    for (String open : List.of("rw-r-----", "rw----r--", "rw--w----")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(open));
      assertThatThrownBy(() -> KeyFile.read(file.toString()))
          .hasMessage(file + ": must be readable by its owner alone: chmod 600");
    }
  }

  @Test
  void nothingIsAddedToWhatIsNoKeyFile() throws IOException {
    Path file = write("precious");
    assertThatThrownBy(() -> KeyFile.addKey(file, DAY))
        .isInstanceOf(InvalidSettingsException.class);
    assertThat(file).hasContent("precious");
  }

  @ParameterizedTest
  @MethodSource("invalidFiles")
  void eachMistakeIsNamedAndNoKeyIsShown(Path sample) throws IOException {
    Path file = write(Files.readString(sample));
    String expected = Files.readAllLines(sample).get(0).substring("# ".length());

    assertThatThrownBy(() -> KeyFile.read(file.toString()))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessage(file + ": " + expected.replace("FILE", file.toString()))
        .message()
        .doesNotContain("AAAA");
  }

  static List<Path> invalidFiles() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/test/resources/invalid-keys"))) {
      return files.sorted().toList();
    }
  }

  /** Git keeps no mode, so that samples get theirs here. */
  private Path write(String content) throws IOException {
    Path file = folder.resolve("sample");
    Files.writeString(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }
}
