package io.holdfast.engine.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process that is stopped (SIGSTOP) at the moment when a mark of its work appears on its host. A
 * shell inside the host looks for the mark a thousand times a second and starts no program for it;
 * the process goes on when that shell is told to end, or ends with this one.
 */
final class FrozenProcess implements Hold {
  private static final String WORDS =
      """
      there() { compgen -G "$1" >/dev/null; }
      until_is() { # CONDITION: looks until it is; ends the shell when it is told to, or too late
        until eval "$1" 2>/dev/null; do
          ((SECONDS < 45)) || { echo late; exit; }
          if read -rt 0.001 || [ $? -le 128 ]; then exit; fi
        done
      }
      is_frozen() { local line; read -r line <"/proc/$1/stat" && [[ ${line##*) } == T* ]]; }
      freeze() { # PID
        trap "kill -CONT $1 2>/dev/null" EXIT
        kill -STOP "$1" && until_is "is_frozen $1"
      }
      has_pending_term() { grep -qE '^(Sig|Shd)Pnd:.*[4-7c-f]...$' "/proc/$1/status"; }
      is_qemu() { local first; read -rd '' first <"/proc/$1/cmdline"; [[ $first == *qemu-system* ]]; }
      """;
  private static final String TELL =
      """

      echo held
      read -r
      """;

  private static final Duration REPORT = Duration.ofMillis(300);

  private final Api api;
  private final String shown;
  private final String before;
  private final String script;
  private @Nullable Process shell;
  private @Nullable BufferedReader words;

  /**
   * @param shown the step that the job says is running while the step is held
   * @param script in the words above; its end says that the step is held
   */
  FrozenProcess(Api api, String shown, String script) {
    this(api, shown, "", script);
  }

  /** {@code before}: what is done before the job is asked for. */
  FrozenProcess(Api api, String shown, String before, String script) {
    this.api = api;
    this.shown = shown;
    this.before = before;
    this.script = script;
  }

  @Override
  public void arm() {
    try {
      List<String> command =
          List.of(
              Lab.variable("HOLDFAST_DEV"),
              "lab",
              "exec",
              Victim.HOST,
              "bash",
              "-c",
              WORDS + before + "\necho armed\n" + script + TELL);
      Process started =
          LabEnvironment.program(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      shell = started;
      words = started.inputReader(StandardCharsets.UTF_8);
      String first = heard();
      if (!first.equals("armed")) {
        throw new AssertionError("The shell that looks for marks said " + first);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A report that was on its way when the process froze would show within moments. */
  @Override
  public boolean holds(Api.Accepted job) {
    if (!heard().equals("held")) {
      return false;
    }
    long until = System.nanoTime() + REPORT.toNanos();
    boolean running;
    do {
      running = api.job(job.job()).filter(seen -> Api.runs(seen, shown)).isPresent();
    } while (running && System.nanoTime() < until);
    return running;
  }

  @Override
  public void close() {
    Process ending = shell;
    shell = null;
    if (ending == null) {
      return;
    }
    try {
      ending.getOutputStream().close();
      if (!ending.waitFor(10, TimeUnit.SECONDS)) {
        throw new AssertionError("The shell that holds a process does not end");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private String heard() {
    try {
      return String.valueOf(Objects.requireNonNull(words).readLine());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
