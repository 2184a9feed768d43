package io.holdfast.engine.fencing;

import io.holdfast.config.FencingSettings;
import io.holdfast.workflows.activity.FencingAgentActivities;
import io.holdfast.workflows.model.HostRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Agents by the contract of ClusterLabs' fence agents (FenceAgentAPI.md), so that those of a
 * distribution (fence_ipmilan, fence_redfish, fence_apc ...) can be named: options as {@code
 * key=value} lines on standard input; {@code action=off} ends with 0, {@code action=status} with 2
 * when the power is off. What counts is the status that is read afterwards.
 */
public final class FencingAgents implements FencingAgentActivities {
  private static final Logger LOG = LoggerFactory.getLogger(FencingAgents.class);
  private static final int STATUS_OFF = 2;
  private static final int LONGEST_ANSWER = 300;

  private final FencingSettings settings;

  public FencingAgents(FencingSettings settings) {
    this.settings = settings;
  }

  /** What an agent said, and its exit status; null: it was still running when its time was over. */
  private record Answer(@Nullable Integer status, String words) {}

  @Override
  public @Nullable String powerOff(HostRef host) {
    if (settings.agent().isEmpty()) {
      return null;
    }
    Answer off = run(host, "off");
    Answer status = run(host, "status");
    Integer code = status.status();
    if (code != null && code == STATUS_OFF) {
      return "%s says that %s is off".formatted(settings.agent(), host.name());
    }
    LOG.warn("{} did not switch {} off: {}; {}", settings.agent(), host.name(), off, status);
    return null;
  }

  private Answer run(HostRef host, String action) {
    Path said = null;
    try {
      said = Files.createTempFile("fence-", ".out");
      Process agent =
          new ProcessBuilder(settings.agent())
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      tell(agent, options(host, action));
      boolean ended = agent.waitFor(settings.timeoutSeconds(), TimeUnit.SECONDS);
      if (!ended) {
        agent.destroyForcibly();
      }
      return new Answer(ended ? agent.exitValue() : null, words(said));
    } catch (IOException failed) {
      return new Answer(null, String.valueOf(failed.getMessage()));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Stopped while a fencing agent ran", stopped);
    } finally {
      delete(said);
    }
  }

  /** An agent that does not want to know ends before it has read everything. */
  private static void tell(Process agent, String options) {
    try (var input = agent.outputWriter(StandardCharsets.UTF_8)) {
      input.write(options);
    } catch (IOException closed) {
      LOG.debug("The agent did not read its options: {}", closed.getMessage());
    }
  }

  private String options(HostRef host, String action) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("plug", host.name());
    all.putAll(settings.options());
    all.putAll(settings.hosts().getOrDefault(host.name(), Map.of()));
    all.put("action", action);
    StringBuilder lines = new StringBuilder();
    all.forEach((key, value) -> lines.append(key).append('=').append(value).append('\n'));
    return lines.toString();
  }

  private static String words(Path said) throws IOException {
    String text = Files.readString(said, StandardCharsets.ISO_8859_1).strip();
    return text.substring(0, Math.min(text.length(), LONGEST_ANSWER));
  }

  private static void delete(@Nullable Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
