package io.holdfast.engine.resources;

import io.holdfast.engine.api.Limits;
import io.holdfast.engine.errors.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The query parameters {@code label=key=value}, all of which must hold. */
final class LabelSelector {
  private static final Pattern KEY = Pattern.compile(Limits.LABEL);

  private LabelSelector() {}

  static Map<String, String> of(List<String> parameters) {
    Map<String, String> labels = new TreeMap<>();
    for (String parameter : parameters) {
      int sign = parameter.indexOf('=');
      String key = parameter.substring(0, Math.max(0, sign));
      if (!KEY.matcher(key).matches() || parameter.length() > sign + 1 + Limits.MAX_LABEL) {
        throw invalid("label must be key=value, as labels are");
      }
      if (parameter.indexOf('\0') >= 0) {
        throw invalid("label must not contain character 0");
      }
      String value = parameter.substring(sign + 1);
      if (!value.equals(labels.getOrDefault(key, value))) {
        throw invalid("label " + key + " cannot have two values at once");
      }
      labels.put(key, value);
    }
    return labels;
  }

  private static ProblemException invalid(String detail) {
    return Choice.invalid("label", detail);
  }
}
