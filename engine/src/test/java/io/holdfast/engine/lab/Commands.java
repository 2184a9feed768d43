package io.holdfast.engine.lab;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs programs, each for a bounded time. */
final class Commands {
  private Commands() {}

  /** What a program said. */
  record Output(int status, String out, String err) {
    List<String> lines() {
      return out.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }
  }

  /** Runs a program that must succeed. */
  static Output require(Duration atMost, List<String> command) {
    Output output = run(atMost, command);
    if (output.status() != 0) {
      throw new AssertionError(
          "%s ended %d: %s%s".formatted(command, output.status(), output.out(), output.err()));
    }
    return output;
  }

  /** Output goes through files: a daemon that the program leaves behind may keep them open. */
  static Output run(Duration atMost, List<String> command) {
    try {
      Path out = Files.createTempFile("lab-", ".out");
      Path err = Files.createTempFile("lab-", ".err");
      try {
        Process process =
            LabEnvironment.program(command)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
          process.destroyForcibly();
          throw new AssertionError(
              "%s took more than %s: %s%s"
                  .formatted(command, atMost, Files.readString(out), Files.readString(err)));
        }
        return new Output(process.exitValue(), Files.readString(out), Files.readString(err));
      } finally {
        Files.delete(out);
        Files.delete(err);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
