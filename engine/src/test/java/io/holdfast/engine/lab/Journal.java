package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.awaitility.Awaitility;

/**
 * What a guest has written line by line, each following from the one before; see lab/guest/journal.
 */
record Journal(List<String> lines) {
  private static final long MASK = 0xffffffffL;
  private static final long PRIME = 16_777_619;
  private static final long BASIS = 2_166_136_261L;

  /** Of a guest that runs; every line is looked at. */
  static Journal of(String host, String uuid) {
    String text =
        Awaitility.await("the guest to read its journal")
            .atMost(Lab.BOOTS)
            .ignoreExceptions()
            .until(
                () -> Lab.inGuest(Lab.host(host), uuid, "/bin/cat", "/data/journal"),
                said -> !said.isEmpty());
    Journal journal = new Journal(text.lines().filter(line -> !line.isBlank()).toList());
    journal.assertWhole();
    return journal;
  }

  private void assertWhole() {
    long sum = BASIS;
    for (int i = 0; i < lines.size(); i++) {
      String[] words = lines.get(i).split(" ", -1);
      boolean last = i == lines.size() - 1;
      if (last && words.length < 3) {
        return; // it is being written
      }
      assertThat(words[0]).describedAs("line %d", i + 1).isEqualTo(Integer.toString(i + 1));
      sum = link(link(sum, i + 1), Long.parseLong(words[1]) & MASK);
      assertThat(words[2]).describedAs("line %d", i + 1).isEqualTo(Long.toString(sum));
    }
  }

  private static long link(long sum, long value) {
    return ((sum ^ value) * PRIME) & MASK;
  }

  /** It begins as that one does, and has more. */
  void assertContinues(Journal earlier) {
    List<String> known = earlier.lines.subList(0, earlier.lines.size() - 1);
    assertThat(lines).startsWith(known.toArray(String[]::new));
    assertThat(lines.size()).isGreaterThan(earlier.lines.size());
  }

  /**
   * The longest time between two lines from that line on, in ms; the guest writes five a second.
   */
  long longestPauseSince(int line) {
    long longest = 0;
    for (int i = Math.max(1, line); i < lines.size() - 1; i++) {
      longest = Math.max(longest, millis(i) - millis(i - 1));
    }
    return longest;
  }

  private long millis(int line) {
    return Long.parseLong(lines.get(line).split(" ", -1)[1]);
  }
}
