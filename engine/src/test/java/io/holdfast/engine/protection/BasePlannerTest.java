package io.holdfast.engine.protection;

import io.holdfast.workflows.model.BackupDisk;
import io.holdfast.workflows.model.ChangeSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BasePlannerTest {
  static Stream<String> cases() {
    return Cases.in("base");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void choosesAsWritten(String file) throws IOException {
    Cases.check(file, BasePlannerTest::answer);
  }

  private static String answer(List<String> lines) {
    List<BackupDisk> disks = new ArrayList<>();
    Map<String, BasePlanner.Base.Disk> before = new HashMap<>();
    long point = 0;
    for (String line : lines) {
      Map<String, String> words = Cases.words(line);
      String name = line.split(" ", -1)[1];
      if (line.startsWith("base ")) {
        point = Long.parseLong(String.valueOf(words.get("point")));
        before.put(name, new BasePlanner.Base.Disk(mib(words), String.valueOf(words.get("root"))));
      } else {
        disks.add(
            new BackupDisk(
                name,
                mib(words),
                ChangeSource.valueOf(String.valueOf(words.get("change"))),
                String.valueOf(words.get("reason"))));
      }
    }
    BasePlanner.Plan plan =
        BasePlanner.plan(
            disks,
            before.isEmpty() ? Optional.empty() : Optional.of(new BasePlanner.Base(point, before)));
    StringBuilder text = new StringBuilder();
    for (BasePlanner.Choice choice : plan.choices()) {
      text.append(
          "%s %s %s: %s\n"
              .formatted(choice.disk(), choice.change(), choice.root(), choice.reason()));
    }
    plan.notes().forEach(note -> text.append("note: ").append(note).append('\n'));
    return text.toString();
  }

  private static long mib(Map<String, String> words) {
    return Long.parseLong(String.valueOf(words.get("mib"))) << 20;
  }
}
