package io.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.config.InvalidSettingsException;
import io.holdfast.config.LedgerSettings;
import io.holdfast.config.PlacementSettings;
import io.holdfast.config.SettingsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineConfigurationTest {
  private static final String KEEP = "${HOLDFAST_KEEP_JOBS_DAYS:-90}";

  @Test
  void theFileThatWeShipIsValid() {
    EngineConfiguration settings =
        SettingsFile.read("../config/engine.yml", EngineConfiguration.class);

    assertThat(settings.database().url()).startsWith("jdbc:postgresql:");
    assertThat(settings.images().sourcePrefixes()).isEmpty();
    assertThat(settings.placement()).isEqualTo(PlacementSettings.DEFAULT);
    assertThat(settings.ledger()).isEqualTo(LedgerSettings.DEFAULT);
    assertThat(settings.ledger().keepsForEver()).isFalse();
  }

  @Test
  void jobsMayBeKeptForEver(@TempDir Path folder) throws IOException {
    assertThat(read(folder, "0").ledger().keepsForEver()).isTrue();
    assertThat(read(folder, "").ledger()).isEqualTo(LedgerSettings.DEFAULT);
  }

  @ParameterizedTest
  @CsvSource({
    "-1, must be greater than or equal to 0",
    "36501, must be less than or equal to 36500",
    "a year, expected: Integer"
  })
  void aWrongNumberOfDaysIsNamed(String days, String words, @TempDir Path folder) {
    assertThatThrownBy(() -> read(folder, days))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("engine.yml: ")
        .hasMessageContaining("ledger.keepJobsDays")
        .hasMessageContaining(words);
  }

  private static EngineConfiguration read(Path folder, String days) throws IOException {
    String shipped = Files.readString(Path.of("../config/engine.yml"));
    Path file = folder.resolve("engine.yml");
    Files.writeString(file, shipped.replace(KEEP, days));
    return SettingsFile.read(file.toString(), EngineConfiguration.class);
  }
}
