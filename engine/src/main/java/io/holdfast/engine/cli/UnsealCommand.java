package io.holdfast.engine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.Command;
import io.dropwizard.core.setup.Bootstrap;
import io.holdfast.config.KeyFile;
import io.holdfast.workflows.seal.Keyring;
import io.holdfast.workflows.seal.SealingCodec;
import io.temporal.api.common.v1.Payload;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Base64;
import java.util.List;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

/**
 * {@code temporal workflow show -o json ... | unseal KEYFILE}: reads JSON of Temporal's and writes
 * it with every sealed payload opened. A filter, because a server that opens payloads would open
 * them for everybody who reaches it.
 */
public final class UnsealCommand extends Command {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final InputStream in;
  private final PrintStream out;

  public UnsealCommand(InputStream in, PrintStream out) {
    super("unseal", "Opens the sealed payloads in Temporal's JSON, from standard input");
    this.in = in;
    this.out = out;
  }

  @Override
  public void configure(Subparser parser) {
    parser.addArgument("file").help("the key file");
  }

  @Override
  public void run(Bootstrap<?> bootstrap, Namespace arguments) throws IOException {
    SealingCodec codec = new SealingCodec(new Keyring(KeyFile.read(arguments.getString("file"))));
    out.println(open(JSON.readTree(in), codec).toPrettyString());
  }

  private static JsonNode open(JsonNode json, SealingCodec codec) {
    if (json instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, open(array.get(i), codec));
      }
    } else if (json instanceof ObjectNode object) {
      if (object.path("metadata").has("encoding") && object.has("data")) {
        return opened(object, codec);
      }
      object.properties().forEach(field -> field.setValue(open(field.getValue(), codec)));
    }
    return json;
  }

  /** A payload: what it holds when that is JSON, else its shape with what it holds in base64. */
  private static JsonNode opened(ObjectNode object, SealingCodec codec) {
    Payload.Builder payload = Payload.newBuilder().setData(bytes(object.get("data")));
    object
        .get("metadata")
        .properties()
        .forEach(field -> payload.putMetadata(field.getKey(), bytes(field.getValue())));
    Payload plain = codec.decode(List.of(payload.build())).get(0);
    try {
      return JSON.readTree(plain.getData().toByteArray());
    } catch (IOException noJson) {
      return object.put("data", Base64.getEncoder().encodeToString(plain.getData().toByteArray()));
    }
  }

  private static ByteString bytes(JsonNode base64) {
    return ByteString.copyFrom(Base64.getDecoder().decode(base64.asText()));
  }

  @Override
  public void onError(Cli cli, Namespace namespace, Throwable failure) {
    OneLine.print(cli, namespace.getString("file"), failure);
  }
}
