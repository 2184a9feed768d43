package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A planted secret reaches the guest's seed and nothing else: not Temporal's store, not a log, not
 * the database. That the search finds what is there is shown with words that are no secret.
 */
@Tag("lab")
class SecretsTest {
  private static final Path STATE = Path.of(Lab.variable("HOLDFAST_STATE"));

  private final Api api = new Api();

  @Test
  void plantedSecretsAreInTheSeedAlone() throws Exception {
    Lab.Host host = Lab.host("beta1");
    String data = secret();
    String key = secret();
    String name = Guests.name("secret");
    try (Guests guests = new Guests(api)) {
      Api.Accepted withData =
          guests.create(Guests.wanted(name, host.name(), Map.of("userData", userData(data))));
      Api.Accepted withKey =
          guests.create(
              Guests.wanted(
                  Guests.name("key"),
                  host.name(),
                  Map.of("sshKeys", List.of("ssh-ed25519 AAAA " + key))));
      refuse(host, data, key);
      api.succeeds(withData.job());
      api.succeeds(withKey.job());

      assertThat(inSeed(host, withData, data)).isPositive();
      assertThat(inSeed(host, withKey, key)).isPositive();
      assertThat(where(List.of(withData.job()))).anyMatch(place -> place.contains("/temporal/"));
      assertThat(where(List.of(name))).contains("table instance", "table job");
      assertThat(where(spellings(data))).isEmpty();
      assertThat(where(spellings(key))).isEmpty();
    }
    assertThat(where(spellings(data))).isEmpty();
    assertThat(where(spellings(key))).isEmpty();
  }

  private static String secret() {
    byte[] random = new byte[16];
    ThreadLocalRandom.current().nextBytes(random);
    return "planted" + HexFormat.of().formatHex(random);
  }

  /** The secret on many lines, so that one at least lies whole on a page of whatever file. */
  private static String userData(String secret) {
    return "#cloud-config\n" + ("# " + secret + "\n").repeat(50);
  }

  /** A request that is refused, and a job that fails: each says why, and not with the secret. */
  private void refuse(Lab.Host host, String data, String key) {
    Map<String, ?> secrets =
        Map.of("userData", userData(data), "sshKeys", List.of(key, key + "\n"));
    Api.Answer refused =
        api.post("/v1/instances", Guests.wanted(Guests.name("bad"), host.name(), secrets));
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.body().toString()).doesNotContain(data, key);

    Map<String, ?> tooLarge =
        Map.of("userData", userData(data), "disks", List.of(Map.of("sizeGiB", 10_000)));
    Api.Accepted job =
        api.accepted(
            api.post("/v1/instances", Guests.wanted(Guests.name("big"), host.name(), tooLarge)));
    JsonNode ended = api.ends(job.job(), Api.JOB_ENDS);
    assertThat(Api.text(ended, "/error/code")).isEqualTo("no-capacity");
  }

  private static long inSeed(Lab.Host host, Api.Accepted instance, String secret) {
    String seed =
        Lab.volumes(List.of(instance.target())).stream()
            .filter(volume -> volume.endsWith("-seed.iso"))
            .findFirst()
            .orElseThrow();
    String file = seed.substring(seed.indexOf(' ') + 1);
    return Long.parseLong(Lab.on(host, "grep", "-acF", secret, file).get(0));
  }

  /** As it is, in hex, and in base64 at each of its three alignments. */
  private static List<String> spellings(String secret) {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    List<String> found = new ArrayList<>(List.of(secret, HexFormat.of().formatHex(bytes)));
    for (int shift = 0; shift < 3; shift++) {
      byte[] shifted = new byte[bytes.length + shift];
      System.arraycopy(bytes, 0, shifted, shift, bytes.length);
      String base64 = Base64.getEncoder().encodeToString(shifted);
      found.add(base64.substring(4, base64.length() - 4)); // without what neighbours change
    }
    return found;
  }

  /** The files and tables in which one of these words stands. */
  private static List<String> where(List<String> words) throws IOException, SQLException {
    List<String> places = new ArrayList<>();
    for (String folder : List.of("data/temporal", "data/postgres", "log")) {
      try (Stream<Path> files = Files.walk(STATE.resolve(folder))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          if (words.stream().anyMatch(content(file)::contains)) {
            places.add(file.toString());
          }
        }
      }
    }
    places.addAll(tables(words));
    return places;
  }

  private static String content(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.ISO_8859_1);
  }

  /** Every row of every table as text: PostgreSQL's own files may hold it compressed. */
  private static List<String> tables(List<String> words) throws SQLException {
    List<String> found = new ArrayList<>();
    try (Connection connection = Ledger.connect()) {
      for (String table :
          column(connection, "select tablename from pg_tables where schemaname = 'public'")) {
        if (column(connection, "select t::text from \"" + table + "\" t").stream()
            .anyMatch(row -> words.stream().anyMatch(row::contains))) {
          found.add("table " + table);
        }
      }
    }
    return found;
  }

  private static List<String> column(Connection connection, String query) throws SQLException {
    List<String> values = new ArrayList<>();
    try (var statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    }
    return values;
  }
}
