package io.holdfast.engine.cli;

import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.core.cli.Cli;
import io.holdfast.config.InvalidSettingsException;
import java.io.FileNotFoundException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a person reads when a command fails: one line; the log has the rest. */
final class OneLine {
  private static final Logger LOG = LoggerFactory.getLogger(OneLine.class);

  private OneLine() {}

  static void print(Cli cli, @Nullable String file, Throwable failure) {
    LOG.debug("Command failed", failure);
    cli.getStdErr().println("holdfast-engine: " + describe(String.valueOf(file), failure));
    cli.getStdErr().flush();
  }

  private static String describe(String file, Throwable failure) {
    if (failure instanceof InvalidSettingsException invalid) {
      return String.valueOf(invalid.getMessage());
    }
    if (failure instanceof ConfigurationException
        || failure instanceof FileNotFoundException
        || failure instanceof NoSuchFileException) {
      return String.valueOf(InvalidSettingsException.of(file, (Exception) failure).getMessage());
    }
    Throwable first = failure;
    while (first.getCause() != null && first.getCause() != first) {
      first = first.getCause();
    }
    String words =
        first.getMessage() == null ? first.getClass().getSimpleName() : first.getMessage();
    return words.strip().replaceAll("\\s+", " ");
  }
}
