package io.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.PlacementSettings;
import io.holdfast.config.SettingsFile;
import org.junit.jupiter.api.Test;

class EngineConfigurationTest {
  @Test
  void theFileThatWeShipIsValid() {
    EngineConfiguration settings =
        SettingsFile.read("../config/engine.yml", EngineConfiguration.class);

    assertThat(settings.database().url()).startsWith("jdbc:postgresql:");
    assertThat(settings.images().sourcePrefixes()).isEmpty();
    assertThat(settings.placement()).isEqualTo(PlacementSettings.DEFAULT);
  }
}
