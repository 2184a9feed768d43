package io.holdfast.engine.webhook;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.EventRow;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What a receiver gets: the event as {@code GET /v1/events} has it, and who it is from. */
public final class WebhookMessage {
  private static final String ALGORITHM = "HmacSHA256";

  private WebhookMessage() {}

  /** The body of an event; the same at each attempt. */
  static String body(EventRow event) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("id", event.id());
    body.put("at", event.at().toString());
    body.put("type", event.type());
    UUID job = event.jobId();
    body.put("job", job == null ? null : job.toString());
    body.putObject("resource")
        .put("type", event.resourceType())
        .put("id", event.resourceId().toString())
        .put("name", event.resourceName());
    body.set("data", event.data());
    return body.toString();
  }

  /** {@code sha256=} and the HMAC-SHA256 of the body's bytes in lower-case hex. */
  public static String signature(String body, String secret) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
      byte[] signed = mac.doFinal(body.getBytes(StandardCharsets.UTF_8));
      return "sha256=" + HexFormat.of().formatHex(signed);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has " + ALGORITHM, e);
    }
  }
}
