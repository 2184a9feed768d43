package io.holdfast.activities.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.activities.Examples;
import io.holdfast.activities.Golden;
import io.holdfast.workflows.model.SeedSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeedIsoTest {
  @TempDir Path folder;

  @Test
  void writesCloudConfig() throws Exception {
    SeedSpec seed = Examples.instance().seed();
    Golden.check("meta-data", SeedIso.metaData(Examples.INSTANCE, seed));
    Golden.check("user-data", SeedIso.userData(seed));
    Golden.check("network-config", SeedIso.networkConfig(Examples.instance().ports()));
  }

  @Test
  void passesUserDataAsItIs() {
    String script = "#!/bin/sh\necho hello\n";
    assertThat(SeedIso.userData(new SeedSpec("web-1", List.of("key"), script))).isEqualTo(script);
  }

  @Test
  void makesAnIsoLabelledCidata() throws Exception {
    Path iso = folder.resolve("seed.iso");
    SeedIso.write(Examples.instance(), iso);
    byte[] content = Files.readAllBytes(iso);
    assertThat(new String(content, 32808, 6, StandardCharsets.US_ASCII)).isEqualTo("cidata");
    assertThat(new String(content, StandardCharsets.ISO_8859_1))
        .contains("instance-id: " + Examples.INSTANCE)
        .contains("macaddress: \"52:54:00:00:00:01\"", "macaddress: \"52:54:00:00:00:02\"");
  }

  @Test
  void anInstanceWithoutNicsHasNoneConfigured() {
    assertThat(SeedIso.networkConfig(List.of())).isEqualTo("version: 2\nethernets: {}\n");
  }
}
