package io.holdfast.config;

import io.dropwizard.configuration.ConfigurationException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A settings file that cannot be used. The message is one line: the file, the key, the cause. */
public final class InvalidSettingsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private InvalidSettingsException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** What is wrong with a file that the settings name. */
  static InvalidSettingsException ofFile(Path file, String wrong, @Nullable Exception cause) {
    return new InvalidSettingsException(file + ": " + wrong, cause);
  }

  /** Puts what the configuration library says into one line. */
  public static InvalidSettingsException of(String path, Exception invalid) {
    return new InvalidSettingsException(path + ": " + describe(invalid), invalid);
  }

  private static String describe(Exception invalid) {
    if (invalid instanceof ConfigurationException configuration) {
      return configuration.getErrors().stream()
          .map(InvalidSettingsException::oneLine)
          .sorted()
          .collect(Collectors.joining("; "));
    }
    if (invalid instanceof FileNotFoundException || invalid instanceof NoSuchFileException) {
      return "there is no such file";
    }
    return invalid instanceof IOException
        ? oneLine("cannot be read: " + invalid.getMessage())
        : oneLine(String.valueOf(invalid.getMessage()));
  }

  private static String oneLine(String text) {
    return text.replaceFirst("(?s)\\s+at \\[Source:.*", "").strip().replaceAll("\\s+", " ");
  }
}
