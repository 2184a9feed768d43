package io.holdfast.activities.replication.replica;

import io.holdfast.workflows.model.StreamCounts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How far a staged replica is: a line for each view that wrote into it, for each mark, for the end.
 * A line is durable before anybody is told. What was cut, by a crash or a full pool, is no line,
 * and the next one is written over it.
 */
final class StagingJournal {
  private static final StreamCounts NOTHING = new StreamCounts(0, 0, 0, 0);

  private static final String MADE = "made";

  private final Path file;

  StagingJournal(Path file) {
    this.file = file;
  }

  boolean exists() {
    return Files.exists(file);
  }

  /**
   * Begins it: the staged files are whole.
   *
   * @param suspect true when the disk may be otherwise than the leaves say
   */
  void begin(boolean suspect) throws IOException {
    append(suspect ? MADE + " of a suspect" : MADE);
  }

  /** From here on this view writes; marks of another one mean nothing. */
  void view(UUID view) throws IOException {
    append("view " + view);
  }

  void mark(long offset, StreamCounts counts) throws IOException {
    append("mark " + offset + " " + words(counts));
  }

  /** The last mark and the end in one write: cut short, the mark may stand alone. */
  void end(String root, long bytes, StreamCounts counts) throws IOException {
    append("mark " + bytes + " " + words(counts) + "\nend " + root);
  }

  /** What the lines add up to. */
  State read() throws IOException {
    String whole = whole();
    boolean suspect = !whole.startsWith(MADE + "\n"); // also when the line was cut
    State state = new State(suspect, null, 0, NOTHING, null);
    for (String line : whole.lines().toList()) {
      String[] words = line.split(" ", -1);
      state =
          switch (words[0]) {
            case "view" ->
                new State(
                    state.suspect() || state.view() != null,
                    UUID.fromString(words[1]),
                    0,
                    NOTHING,
                    null);
            case "mark" ->
                new State(
                    state.suspect(), state.view(), Long.parseLong(words[1]), counts(words), null);
            case "end" ->
                new State(state.suspect(), state.view(), state.offset(), state.counts(), words[1]);
            default -> state;
          };
    }
    return state;
  }

  private String whole() throws IOException {
    String text = Files.readString(file);
    return text.substring(0, text.lastIndexOf('\n') + 1);
  }

  private void append(String lines) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap((lines + "\n").getBytes(StandardCharsets.US_ASCII));
      long position = whole().length();
      channel.truncate(position);
      while (bytes.hasRemaining()) {
        position += channel.write(bytes, position);
      }
      channel.force(false);
    }
  }

  private static String words(StreamCounts counts) {
    return counts.logical() + " " + counts.wire() + " " + counts.zero() + " " + counts.same();
  }

  private static StreamCounts counts(String[] words) {
    return new StreamCounts(
        Long.parseLong(words[2]),
        Long.parseLong(words[3]),
        Long.parseLong(words[4]),
        Long.parseLong(words[5]));
  }

  /**
   * What is known of it.
   *
   * @param suspect true when the sender is told the leaves, also where it goes on: it started from
   *     a replica that may be wrong, or from what others have written
   * @param view that wrote last; null before the first one
   * @param offset up to which all is durable
   * @param root that was proven at the end; null before it
   */
  record State(
      boolean suspect,
      @Nullable UUID view,
      long offset,
      StreamCounts counts,
      @Nullable String root) {}
}
