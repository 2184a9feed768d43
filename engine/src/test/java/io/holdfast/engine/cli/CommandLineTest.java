package io.holdfast.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.util.JsonFormat;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.util.JarLocation;
import io.holdfast.config.KeyFile;
import io.holdfast.engine.EngineApplication;
import io.holdfast.engine.EngineConfiguration;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.workflows.seal.Keyring;
import io.holdfast.workflows.seal.SealingCodec;
import io.temporal.api.common.v1.Payload;
import io.temporal.common.converter.DataConverter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a person sees of commands: one line, whatever is wrong. */
class CommandLineTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final String TEMPORAL = "temporal: {address: 'localhost:7233'}\n";

  @TempDir Path directory;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private ByteArrayInputStream in = new ByteArrayInputStream(new byte[0]);

  @Test
  void aTokenIsTheOnlyThingPrinted() throws IOException {
    run("token", "--name", "t", "--role", "viewer", valid());

    assertThat(out.toString(StandardCharsets.UTF_8)).matches("hf_[A-Za-z0-9_-]{43}\\R");
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    run("token", "--name", "t", "--role", "viewer", valid());
    assertOneLine("The name t is taken");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'images: {directory: /tmp, publicUrl: ''http://h'', dir: x}' | images.dir",
        "'images: {directory: /tmp}'                                  | images.publicUrl",
        "'images: {directory: /tmp, publicUrl: ''http://h'', maxBytes: many}' | images.maxBytes",
        "'images: ['                                                  | bad.yml",
      })
  void aBadFileIsOneLineThatNamesFileAndKey(String images, String key) throws IOException {
    Path file = write("bad.yml", TEMPORAL + database() + images + "\n");
    for (String[] command :
        new String[][] {
          {"server"}, {"token", "--name", "x", "--role", "admin"}, {"db", "migrate"}
        }) {
      err.reset();
      String[] arguments = java.util.Arrays.copyOf(command, command.length + 1);
      arguments[command.length] = file.toString();
      run(arguments);
      assertOneLine(file.toString(), key);
    }
  }

  @Test
  void aMissingFileIsOneLine() {
    run("server", directory.resolve("none.yml").toString());

    assertOneLine("none.yml");
  }

  @Test
  void aServerWithoutKeysSaysHowToMakeThem() throws IOException {
    Path keys = directory.resolve("keys");
    String images = "images: {directory: /tmp, publicUrl: 'http://h'}\n";
    String file =
        write(
                "good.yml",
                TEMPORAL + database() + images + "encryption: {keyFile: '" + keys + "'}\n")
            .toString();
    run("server", file);
    assertOneLine(keys + ": there is no such key file", "holdfast-engine.jar key " + keys);

    run("key", keys.toString());
    String id = out.toString(StandardCharsets.UTF_8).strip();
    assertThat(KeyFile.read(keys.toString()).keySet()).containsExactly(id);
  }

  @Test
  void payloadsAreOpenedByHand() throws IOException {
    Path keys = directory.resolve("keys");
    String id = KeyFile.addKey(keys, LocalDate.EPOCH);
    DataConverter converter = SealingCodec.converter(new Keyring(KeyFile.read(keys.toString())));
    Payload sealed = converter.toPayload(List.of("a", 1)).orElseThrow();
    assertThat(sealed.toString()).contains(id);
    String history =
        "{\"events\":[{\"id\":7,\"result\":" + JsonFormat.printer().print(sealed) + "}]}";
    in = new ByteArrayInputStream(history.getBytes(StandardCharsets.UTF_8));

    run("unseal", keys.toString());
    assertThat(new ObjectMapper().readTree(out.toByteArray()))
        .isEqualTo(new ObjectMapper().readTree("{\"events\":[{\"id\":7,\"result\":[\"a\",1]}]}"));
  }

  private void assertOneLine(String... parts) {
    String text = err.toString(StandardCharsets.UTF_8);
    assertThat(text).contains(parts);
    assertThat(text.lines()).hasSize(1);
  }

  private void run(String... arguments) {
    Bootstrap<EngineConfiguration> bootstrap = new Bootstrap<>(new EngineApplication());
    new EngineApplication().initialize(bootstrap);
    bootstrap.addCommand(new EngineServerCommand(new EngineApplication()));
    bootstrap.addCommand(new TokenCommand(new PrintStream(out, true, StandardCharsets.UTF_8)));
    bootstrap.addCommand(new DatabaseCommand());
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    bootstrap.addCommand(new KeyCommand(print, Clock.systemUTC()));
    bootstrap.addCommand(new UnsealCommand(in, print));
    var unused = new Cli(new JarLocation(getClass()), bootstrap, out, err).run(arguments);
  }

  private String valid() throws IOException {
    String images = "images: {directory: /tmp, publicUrl: 'http://h'}\n";
    return write("good.yml", TEMPORAL + database() + images).toString();
  }

  private static String database() {
    return "database: {url: '" + POSTGRES.jdbcUrl() + "', user: postgres}\n";
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }
}
