package io.holdfast.engine.resources;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.HttpMethod;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/roles.md is what the code asks for; {@code -Dgolden.write=true} writes it. */
class RolesDocumentTest {
  private static final Path DOCUMENT = Path.of("../docs/roles.md");

  @Test
  void theDocumentNamesTheRoleOfEachCall() throws IOException {
    Map<String, String> roles = new TreeMap<>();
    for (Class<?> resource : OpenApiDocument.resources()) {
      for (Method method : resource.getDeclaredMethods()) {
        verbs(method)
            .forEach(
                verb ->
                    roles.put(KnownQueriesTest.path(method) + " " + verb, role(resource, method)));
      }
    }
    String table =
        roles.entrySet().stream()
            .map(
                entry -> {
                  String[] call = entry.getKey().split(" ", 2);
                  return "| `%s %s` | %s |\n".formatted(call[1], call[0], entry.getValue());
                })
            .collect(Collectors.joining());
    String current =
        """
        # Who may do what

        The least role that a call asks for; each role may do what those before it may: viewer, operator, admin. A plan
        that wants two persons for a failover is loosened, and deleted, by administrators alone ([drills and
        readiness](operating.md#drills-on-a-schedule)). This table is held against the code by a test.

        | call | role |
        |---|---|
        """
            + table;
    if (Boolean.getBoolean("golden.write")) {
      Files.writeString(DOCUMENT, current);
    }
    assertThat(DOCUMENT).hasContent(current);
  }

  private static Stream<String> verbs(Method method) {
    return Arrays.stream(method.getAnnotations())
        .flatMap(one -> Stream.ofNullable(one.annotationType().getAnnotation(HttpMethod.class)))
        .map(HttpMethod::value);
  }

  private static String role(Class<?> resource, Method method) {
    RolesAllowed own = method.getAnnotation(RolesAllowed.class);
    RolesAllowed asked = own == null ? resource.getAnnotation(RolesAllowed.class) : own;
    return asked == null
        ? "viewer, or whoever has a signed address"
        : String.join(", ", asked.value()).toLowerCase(Locale.ROOT);
  }
}
