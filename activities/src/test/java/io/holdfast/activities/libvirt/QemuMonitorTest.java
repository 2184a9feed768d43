package io.holdfast.activities.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** As QEMU 7.2 shows the files of its nodes. */
class QemuMonitorTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/pool/a.qcow2|/pool/a.qcow2",
        "json:{\"driver\":\"qcow2\",\"file\":{\"driver\":\"file\",\"filename\":\"/pool/a.qcow2\"}}|/pool/a.qcow2",
        "json:{\"driver\":\"file\",\"filename\":\"/pool/a.qcow2\"}|/pool/a.qcow2",
        "json:{\"driver\":\"null-co\"}|''",
        "json:{\"driver\":\"qcow2\",\"file\":{\"dri|''",
      })
  void aFileIsNamedOrShownAsItWasOpened(String shown, String file) throws IOException {
    assertThat(QemuMonitor.fileOf(JSON.readTree(JSON.writeValueAsString(Map.of("file", shown)))))
        .isEqualTo(file);
  }
}
