package io.holdfast.engine.resources;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.engine.EngineExtension;
import io.holdfast.engine.EngineExtension.Answer;
import io.holdfast.engine.db.Role;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What streams between two sites may take, over HTTP. */
class BandwidthLimitResourceTest {
  @RegisterExtension static final EngineExtension ENGINE = new EngineExtension();

  private static final String NIGHT =
      "{'mibPerSecond':20,'timeZone':'Europe/Berlin','windows':["
          + "{'from':'22:00','until':'06:00','mibPerSecond':0}]}";

  @BeforeAll
  static void makeSites() {
    for (String site : new String[] {"near", "far"}) {
      ENGINE.send(
          ENGINE
              .as(Role.ADMIN, "/v1/sites")
              .POST(BodyPublishers.ofString("{\"name\":\"%s\"}".formatted(site))));
    }
  }

  @Test
  void aLimitIsOfOneDirectionAndIsSetAsAWhole() {
    JsonNode set = put(Role.ADMIN, "near", "far", NIGHT).body();
    assertThat(set.path("from").asText()).isEqualTo("near");
    assertThat(set.path("to").asText()).isEqualTo("far");
    assertThat(set.path("mibPerSecond").asInt()).isEqualTo(20);
    assertThat(set.path("windows").path(0).path("until").asText()).isEqualTo("06:00");
    assertThat(ENGINE.get("/v1/sites/near/bandwidth-limits").body().path("items").path(0))
        .isEqualTo(set);
    assertThat(ENGINE.get("/v1/sites/far/bandwidth-limits").body().path("items")).isEmpty();

    JsonNode again = put(Role.ADMIN, "near", "far", "{'mibPerSecond':5}").body();
    assertThat(again.path("timeZone").asText()).isEqualTo("UTC");
    assertThat(again.path("windows")).isEmpty();
    assertThat(ENGINE.get("/v1/sites/near/bandwidth-limits").body().path("items")).hasSize(1);
  }

  @Test
  void whatMakesNoSenseIsRefusedWithItsField() {
    refused("near", "far", "{'mibPerSecond':-1}", 422, "mibPerSecond");
    refused("near", "far", "{'mibPerSecond':1,'timeZone':'+01:00'}", 422, "timeZone");
    refused("near", "far", window("8:00", "18:00"), 422, "windows[0].from");
    refused("near", "far", window("08:00", "08:00"), 422, "windows[0].until");
    assertThat(put(Role.ADMIN, "near", "near", NIGHT).status()).isEqualTo(400);
    assertThat(put(Role.ADMIN, "near", "nowhere", NIGHT).status()).isEqualTo(404);
    assertThat(ENGINE.get("/v1/sites/nowhere/bandwidth-limits").status()).isEqualTo(404);
    assertThat(put(Role.OPERATOR, "near", "far", NIGHT).status()).isEqualTo(403);
  }

  private static void refused(String from, String to, String body, int status, String field) {
    Answer answer = put(Role.ADMIN, from, to, body);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.body().path("field").asText()).isEqualTo(field);
  }

  private static String window(String from, String until) {
    return "{'mibPerSecond':1,'windows':[{'from':'%s','until':'%s','mibPerSecond':2}]}"
        .formatted(from, until);
  }

  private static Answer put(Role role, String from, String to, String body) {
    return ENGINE.send(
        ENGINE
            .as(role, "/v1/sites/%s/bandwidth-limits/%s".formatted(from, to))
            .PUT(BodyPublishers.ofString(body.replace('\'', '"'))));
  }
}
