package io.holdfast.engine.resources;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.EngineExtension;
import io.holdfast.engine.db.Role;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A refusal either leaves its connection good for the next request, or says that it ends. A client
 * that was not told would send into a closed one, and could not know what became of a POST.
 */
class ConnectionTest {
  private static final int SMALL = 20;

  @RegisterExtension static final EngineExtension ENGINE = new EngineExtension();

  @ParameterizedTest
  @CsvSource({
    "GET, /v1/sites/%00, true, application/json, 0, false, 400",
    "GET, /v1/sites?limit=0, true, application/json, 0, false, 400",
    "POST, /v1/sites, true, application/json, 300000, false, 422",
    "POST, /v1/sites, true, application/json, 300000, true, 422",
    "POST, /v1/sites, true, application/json, 1300000, false, 413",
    "POST, /v1/sites, true, application/json, 1300000, true, 413",
    "POST, /v1/sites, true, text/plain, 300000, false, 415",
    "POST, /v1/sites, false, application/json, 300000, false, 401",
    "POST, /v1/sites, false, application/json, 300000, true, 401",
    "POST, /v1/nothing, true, application/json, 300000, false, 404",
    "POST, /v1/sites/x/y%2F%00, true, application/json, 300000, true, 400",
    "PUT, /v1/sites, true, application/json, 300000, false, 405",
    "PUT, /v1/images/none/content, true, application/octet-stream, 300000, true, 404",
    "POST, /v1/sites, false, application/json, 20, false, 401",
    "POST, /v1/sites, true, application/json, 20, false, 201",
  })
  void aRefusalSaysWhatBecomesOfItsConnection(
      String method,
      String path,
      boolean known,
      String type,
      int bytes,
      boolean chunked,
      int status)
      throws IOException {
    URI engine = ENGINE.uri("/");
    try (Socket socket = new Socket(engine.getHost(), engine.getPort())) {
      socket.setSoTimeout(10_000);
      OutputStream out = socket.getOutputStream();
      InputStream in = new BufferedInputStream(socket.getInputStream());
      out.write(
          "%s %s HTTP/1.1\r\nHost: engine\r\n%sContent-Type: %s\r\n%s\r\n"
              .formatted(
                  method,
                  path,
                  known ? "Authorization: Bearer " + ENGINE.token(Role.ADMIN) + "\r\n" : "",
                  type,
                  length(bytes, chunked))
              .getBytes(StandardCharsets.ISO_8859_1));
      try {
        writeBody(out, bytes, chunked);
      } catch (IOException closedAlready) {
        // The answer, if it can still be read, says whether that was announced.
      }
      Map<String, String> refusal = readAnswer(in);
      assertThat(refusal).containsEntry("status", Integer.toString(status));
      if (!refusal.getOrDefault("connection", "").equalsIgnoreCase("close")) {
        out.write(
            "GET /v1/sites HTTP/1.1\r\nHost: engine\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        assertThat(readAnswer(in)).as("after %s", refusal).containsEntry("status", "401");
      } else {
        assertThat(bytes).as("a small body ends no connection").isNotEqualTo(SMALL);
      }
    }
  }

  private static String length(int bytes, boolean chunked) {
    if (bytes == 0) {
      return "";
    }
    return chunked ? "Transfer-Encoding: chunked\r\n" : "Content-Length: " + bytes + "\r\n";
  }

  private static void writeBody(OutputStream out, int bytes, boolean chunked) throws IOException {
    if (bytes == 0) {
      return;
    }
    String body = "{\"name\":\"" + "x".repeat(bytes - 11) + "\"}";
    if (chunked) {
      body = Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n";
    }
    out.write(body.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  /** Headers in lower case, and "status"; the body is read to its end. */
  private static Map<String, String> readAnswer(InputStream in) throws IOException {
    Map<String, String> answer = new HashMap<>();
    String first = readLine(in);
    answer.put("status", first.length() < 12 ? "none: " + first : first.substring(9, 12));
    for (String line = readLine(in); !line.isEmpty(); line = readLine(in)) {
      String[] parts = line.split(": *", 2);
      answer.put(parts[0].toLowerCase(Locale.ROOT), parts[1]);
    }
    if (answer.containsKey("content-length")) {
      in.readNBytes(Integer.parseInt(answer.get("content-length")));
    } else if (answer.getOrDefault("transfer-encoding", "").equals("chunked")) {
      for (int size = chunkSize(in); size > 0; size = chunkSize(in)) {
        in.readNBytes(size + 2);
      }
      readLine(in);
    }
    return answer;
  }

  private static int chunkSize(InputStream in) throws IOException {
    return Integer.parseInt(readLine(in).strip(), 16);
  }

  private static String readLine(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      line.append((char) c);
    }
    return line.toString().stripTrailing();
  }
}
