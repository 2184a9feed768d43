package io.holdfast.engine.core;

import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import java.io.StringReader;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;

/**
 * Judges user data by its form. A guest that cannot read its user data boots all the same, without
 * a word to anybody, so what can be seen beforehand is refused.
 *
 * @see <a href="https://cloudinit.readthedocs.io/en/latest/explanation/format.html">the forms</a>
 */
final class UserData {
  private static final String CLOUD_CONFIG = "#cloud-config";
  private static final List<String> FORMS =
      List.of(
          CLOUD_CONFIG,
          "#!",
          "#include",
          "#cloud-boothook",
          "#part-handler",
          "## template: jinja",
          "Content-Type: multipart/",
          "MIME-Version:");

  private UserData() {}

  /** Throws INVALID_FIELD for the field {@code userData}; null is fine. Shows nothing of it. */
  static void check(@Nullable String text) {
    if (text == null) {
      return;
    }
    if (FORMS.stream().noneMatch(text::startsWith)) {
      throw invalid("must begin with one of " + String.join(", ", FORMS));
    }
    String first = text.lines().findFirst().orElse("").strip();
    if (first.equals(CLOUD_CONFIG)) {
      checkConfig(text);
    }
  }

  /** Nodes alone: no object is made of them, and an alias is not expanded. */
  private static void checkConfig(String text) {
    try {
      Node root = new Yaml(new LoaderOptions()).compose(new StringReader(text));
      if (root != null && !(root instanceof MappingNode)) {
        throw invalid("must be a mapping (key: value), as it is " + CLOUD_CONFIG);
      }
    } catch (MarkedYAMLException e) {
      String where = e.getProblemMark() == null ? "" : " in line " + line(e);
      throw invalid("must be YAML, as it is %s: %s%s".formatted(CLOUD_CONFIG, problem(e), where));
    } catch (YAMLException e) {
      throw invalid("must be YAML, as it is " + CLOUD_CONFIG);
    }
  }

  private static int line(MarkedYAMLException e) {
    return e.getProblemMark().getLine() + 1;
  }

  private static String problem(MarkedYAMLException e) {
    return String.valueOf(e.getProblem());
  }

  private static ProblemException invalid(String reason) {
    return ProblemException.ofField(ProblemCode.INVALID_FIELD, "userData", "userData " + reason);
  }
}
