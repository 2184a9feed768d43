package io.holdfast.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.dropwizard.core.Configuration;
import io.holdfast.config.DatabaseSettings;
import io.holdfast.config.ImageSettings;
import io.holdfast.config.TemporalSettings;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;

/** The engine's settings: ours, and Dropwizard's for server, logging and metrics. */
public final class EngineConfiguration extends Configuration {
  private final @Valid @NotNull DatabaseSettings database;
  private final @Valid @NotNull TemporalSettings temporal;
  private final @Valid @NotNull ImageSettings images;

  public EngineConfiguration(
      @JsonProperty("database") DatabaseSettings database,
      @JsonProperty("temporal") TemporalSettings temporal,
      @JsonProperty("images") ImageSettings images) {
    this.database = database;
    this.temporal = temporal;
    this.images = images;
  }

  public DatabaseSettings database() {
    return database;
  }

  public TemporalSettings temporal() {
    return temporal;
  }

  public ImageSettings images() {
    return images;
  }
}
