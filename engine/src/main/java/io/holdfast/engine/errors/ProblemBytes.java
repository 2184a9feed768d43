package io.holdfast.engine.errors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;

/** A problem as bytes, for the places where no JAX-RS is around. */
final class ProblemBytes {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ProblemBytes() {}

  static byte[] of(int status, String detail) {
    try {
      return MAPPER.writeValueAsBytes(Problem.of(ProblemCode.ofStatus(status), status, detail));
    } catch (JsonProcessingException e) {
      return "{}".getBytes(StandardCharsets.UTF_8);
    }
  }
}
