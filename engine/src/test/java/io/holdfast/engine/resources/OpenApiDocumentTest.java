package io.holdfast.engine.resources;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.SerializationFeature;
import io.swagger.v3.core.util.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** docs/openapi.yaml is what the code says; {@code -Dopenapi.write=true} writes it. */
class OpenApiDocumentTest {
  private static final Path DOCUMENT = Path.of("../docs/openapi.yaml");

  @Test
  void theCheckedInDocumentIsCurrent() throws IOException {
    String current =
        Yaml.mapper()
            .copy()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .writeValueAsString(OpenApiDocument.make());
    if (Boolean.getBoolean("openapi.write")) {
      Files.writeString(DOCUMENT, current);
    }
    assertThat(DOCUMENT).hasContent(current);
  }
}
