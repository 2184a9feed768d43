package io.holdfast.engine.protection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** Files of a question and, after dashes, the whole answer; -Dgolden.write=true writes it. */
public final class Cases {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  private Cases() {}

  public static Stream<String> in(String folder) {
    try (Stream<Path> files = Files.list(GOLDEN.resolve(folder))) {
      return files.map(file -> folder + "/" + file.getFileName()).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static void check(String file, Function<List<String>, String> answer) throws IOException {
    Path path = GOLDEN.resolve(file);
    String question = Files.readString(path).split("---\n", -1)[0];
    List<String> lines =
        question.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList();
    String whole = question + "---\n" + answer.apply(lines);
    if (Boolean.getBoolean("golden.write")) {
      Files.writeString(path, whole);
    }
    assertThat(path).hasContent(whole);
  }

  /** Of {@code wants disk=1 site=a} the values by name. */
  public static Map<String, String> words(String line) {
    Map<String, String> words = new HashMap<>();
    for (String word : line.split(" ", -1)) {
      int sign = word.indexOf('=');
      if (sign > 0) {
        words.put(word.substring(0, sign), word.substring(sign + 1));
      }
    }
    return words;
  }
}
