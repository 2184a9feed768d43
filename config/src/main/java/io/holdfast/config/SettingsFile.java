package io.holdfast.config;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.configuration.EnvironmentVariableSubstitutor;
import io.dropwizard.configuration.FileConfigurationSourceProvider;
import io.dropwizard.configuration.SubstitutingSourceProvider;
import io.dropwizard.configuration.YamlConfigurationFactory;
import io.dropwizard.jackson.Jackson;
import io.dropwizard.validation.BaseValidator;
import java.io.IOException;

/** Reads a YAML file into typed settings; {@code ${NAME:-default}} comes from the environment. */
public final class SettingsFile {
  private SettingsFile() {}

  /**
   * Reads and validates.
   *
   * @throws InvalidSettingsException with one line that names the file and the key
   */
  public static <T> T read(String path, Class<T> type) {
    ObjectMapper mapper =
        Jackson.newObjectMapper().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    try {
      return new YamlConfigurationFactory<>(type, BaseValidator.newValidator(), mapper, "holdfast")
          .build(
              new SubstitutingSourceProvider(
                  new FileConfigurationSourceProvider(), new EnvironmentVariableSubstitutor(false)),
              path);
    } catch (ConfigurationException | IOException invalid) {
      throw InvalidSettingsException.of(path, invalid);
    }
  }
}
