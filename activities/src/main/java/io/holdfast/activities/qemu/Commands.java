package io.holdfast.activities.qemu;

import io.holdfast.activities.worker.Beat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program to its end; a cancelled activity kills it. */
public final class Commands {
  private static final long LOOK_MILLIS = 250;
  private static final int MOST_OUTPUT = 1 << 20;

  private Commands() {}

  /**
   * Runs the command and returns what it said, standard error included, and how it ended.
   *
   * @throws IOException when it cannot be started
   */
  public static Result run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      process.getOutputStream().close();
      byte[] output = output(process);
      while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        Beat.current().check();
      }
      return new Result(process.exitValue(), new String(output, StandardCharsets.UTF_8).strip());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("Stopped while running " + command.get(0), stopped);
    } finally {
      process.destroyForcibly();
    }
  }

  /** As {@link #run}; anything but exit status 0 is an IOException with the program's own words. */
  public static String require(List<String> command) throws IOException {
    Result result = run(command);
    if (result.status() != 0) {
      throw new IOException(result.output().isEmpty() ? "failed: " + command : result.output());
    }
    return result.output();
  }

  /** Reads to the end of the output while watching for a cancellation. */
  private static byte[] output(Process process) throws IOException, InterruptedException {
    InputStream in = process.getInputStream();
    if (process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
      return in.readNBytes(MOST_OUTPUT);
    }
    java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
    while (process.isAlive()) {
      Beat.current().check();
      int ready = in.available();
      if (ready > 0 && all.size() < MOST_OUTPUT) {
        all.write(in.readNBytes(ready));
      } else if (ready > 0) {
        in.skipNBytes(ready);
      } else {
        process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      }
    }
    all.write(in.readNBytes(MOST_OUTPUT));
    return all.toByteArray();
  }

  /** How a program ended, and all that it printed. */
  public record Result(int status, String output) {}
}
