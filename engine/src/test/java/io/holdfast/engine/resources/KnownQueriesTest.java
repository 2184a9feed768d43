package io.holdfast.engine.resources;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.parameters.Parameter;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which query parameters a call takes. */
class KnownQueriesTest {
  /** What the document promises is read, and what is read is in the document. */
  @Test
  void everyMethodKnowsTheQueriesOfTheDocument() {
    Map<String, Set<String>> known = new TreeMap<>();
    for (Class<?> resource : OpenApiDocument.resources()) {
      for (Method method : resource.getDeclaredMethods()) {
        Arrays.stream(method.getAnnotations())
            .flatMap(one -> Stream.ofNullable(one.annotationType().getAnnotation(HttpMethod.class)))
            .forEach(verb -> known.put(verb.value() + " " + path(method), KnownQueries.of(method)));
      }
    }
    Map<String, Set<String>> promised = new TreeMap<>();
    OpenApiDocument.make()
        .getPaths()
        .forEach(
            (path, item) ->
                item.readOperationsMap()
                    .forEach((verb, is) -> promised.put(verb + " " + path, queries(is))));
    assertThat(promised).isEqualTo(known);
  }

  static String path(Method method) {
    Path root = Objects.requireNonNull(method.getDeclaringClass().getAnnotation(Path.class));
    Path more = method.getAnnotation(Path.class);
    return (root.value() + (more == null ? "" : more.value()))
        .replaceAll("\\{(\\w+):[^}]*}", "{$1}");
  }

  private static Set<String> queries(Operation operation) {
    return Stream.ofNullable(operation.getParameters())
        .flatMap(List::stream)
        .filter(one -> one.getIn().equals("query"))
        .map(Parameter::getName)
        .collect(toCollection(TreeSet::new));
  }
}
