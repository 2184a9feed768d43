package io.holdfast.engine.resources;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.Streams;
import io.holdfast.engine.EngineExtension;
import io.holdfast.engine.EngineExtension.Answer;
import io.holdfast.engine.db.Role;
import java.net.http.HttpRequest.BodyPublishers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What changes at once is in the audit with the change, or does not happen. */
class AuditedChangesTest {
  @RegisterExtension static final EngineExtension ENGINE = new EngineExtension();

  @SuppressWarnings("NullAway.Init") // filled before all tests
  private static DryRunWorld world;

  @BeforeAll
  static void fillTheWorld() {
    world = new DryRunWorld(ENGINE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "PATCH | /v1/instances/there | {'labels':{'a':'b'}} | instance",
        "PATCH | /v1/protection-groups/guarded | {'rpo':'PT2M'} | protection-group",
        "PUT | /v1/recovery-plans/ready |"
            + " {'name':'ready','recoverySite':'{site}','tiers':[{'name':'all','instances':[{'instance':'guarded'}]}]}"
            + " | recovery-plan",
        "PUT | /v1/drill-schedules/nightly | {'name':'nightly','plan':'drilled','every':'P1D'} |"
            + " drill-schedule",
        "PUT | /v1/quotas/default | {'instances':99} | quota",
        "PUT | /v1/sites/here/bandwidth-limits/{site} | {'mibPerSecond':5} | site",
        "POST | /v1/tokens | {'name':'made','role':'OPERATOR'} | token",
        "DELETE | /v1/hosts/silent | {} | host",
        "DELETE | /v1/sites/empty | {} | site",
      })
  void whatCannotBeToldDoesNotHappen(String method, String path, String body, String type)
      throws SQLException {
    String address = path.replace("{site}", world.site);
    String json = DryRunSample.json(body).replace("{site}", world.site);
    sql("alter table audit rename to audit_away");
    try {
      assertThat(send(method, address, json).status()).isGreaterThanOrEqualTo(500);
    } finally {
      sql("alter table audit_away rename to audit");
    }
    assertThat(entries(method, address)).isEmpty();

    Answer done = send(method, address, json);
    assertThat(done.status()).as("%s", done.body()).isBetween(200, 204);
    assertThat(entries(method, address))
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.at("/target/type").asText()).isEqualTo(type);
              assertThat(entry.at("/target/id").isNull()).isEqualTo(type.equals("quota"));
            });
  }

  @Test
  void aTokenIsToldWithItsNameAndItsRole() {
    Answer made = send("POST", "/v1/tokens", DryRunSample.json("{'name':'new','role':'ADMIN'}"));
    JsonNode entry = ENGINE.get("/v1/audit?target=new").body().at("/items/0");
    assertThat(entry.at("/target/id")).isEqualTo(made.body().path("id"));
    assertThat(entry.path("reason").asText()).isEqualTo("role ADMIN");
    assertThat(entry.toString()).doesNotContain(made.body().path("token").asText());
  }

  private static List<JsonNode> entries(String method, String path) {
    return Streams.stream(ENGINE.get("/v1/audit?limit=1000").body().path("items"))
        .filter(entry -> entry.path("method").asText().equals(method))
        .filter(entry -> entry.path("path").asText().equals(path))
        .filter(entry -> entry.path("outcome").asText().equalsIgnoreCase("accepted"))
        .filter(
            entry -> !path.equals("/v1/tokens") || entry.at("/target/name").asText().equals("made"))
        .toList();
  }

  private static Answer send(String method, String path, String json) {
    return ENGINE.send(
        ENGINE
            .as(Role.ADMIN, path)
            .method(
                method,
                method.equals("DELETE") ? BodyPublishers.noBody() : BodyPublishers.ofString(json)));
  }

  private static void sql(String statement) throws SQLException {
    try (Connection connection = ENGINE.dataSource().getConnection();
        Statement one = connection.createStatement()) {
      one.execute(statement);
    }
  }
}
