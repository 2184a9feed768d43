package io.holdfast.engine.placement;

import io.holdfast.engine.placement.TransferPlanner.Guest;
import io.holdfast.engine.placement.TransferPlanner.Limit;
import io.holdfast.engine.placement.TransferPlanner.Part;
import io.holdfast.engine.placement.TransferPlanner.Question;
import io.holdfast.engine.placement.TransferPlanner.Transfer;
import io.holdfast.engine.protection.Cases;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TransferPlannerTest {
  static Stream<String> cases() {
    return Cases.in("transfer");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void answersAsWritten(String file) throws IOException {
    Cases.check(file, TransferPlannerTest::answer);
  }

  private static String answer(List<String> lines) {
    Map<String, String> guest = Cases.words(lines.get(0));
    List<Part> parts = new ArrayList<>();
    List<Limit> limits = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      Map<String, String> words = Cases.words(line);
      String what = line.substring(0, line.indexOf('=')).replaceAll(" \\w+$", "");
      if (line.startsWith("limit ")) {
        limits.add(new Limit(what.substring("limit ".length()), number(words, "mib") << 20));
      } else {
        parts.add(new Part(what, number(words, "gib") << 30, words.containsKey("replica")));
      }
    }
    return text(
        TransferPlanner.plan(
            new Question(
                Guest.valueOf(Objects.requireNonNull(guest.get("guest"))),
                guest.containsKey("emulated"),
                number(guest, "memory") << 20,
                300,
                guest.containsKey("shared"),
                parts,
                limits)));
  }

  private static String text(Transfer transfer) {
    StringBuilder text = new StringBuilder();
    text.append("to copy at most: ").append(mib(transfer.bytesToCopyAtMost())).append('\n');
    text.append("memory: ").append(mib(transfer.memoryBytes())).append('\n');
    text.append("while still at most: ").append(mib(transfer.bytesWhileStillAtMost())).append('\n');
    text.append("a second at most: ").append(mib(transfer.bytesPerSecondAtMost())).append('\n');
    transfer.waitsFor().forEach(line -> text.append("waits for ").append(line).append('\n'));
    transfer.notes().forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }

  private static String mib(@Nullable Long bytes) {
    return bytes == null ? "not known" : (bytes >> 20) + " MiB";
  }

  private static long number(Map<String, String> words, String key) {
    return Long.parseLong(words.getOrDefault(key, "0"));
  }
}
