package io.holdfast.engine.resources;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.engine.EngineExtension;
import io.holdfast.engine.EngineExtension.Answer;
import io.holdfast.engine.db.CensusItemRow;
import io.holdfast.engine.db.CensusRow;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.Role;
import io.holdfast.workflows.model.CensusKind;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Leftovers over HTTP, as far as the acceptance of their jobs. */
class OrphanResourceTest {
  @RegisterExtension static final EngineExtension ENGINE = new EngineExtension();

  @Test
  void aLeftoverIsListedAndGoesByAJob() {
    Inventory inventory = new Inventory(ENGINE.database());
    HostRow host = inventory.host(inventory.site(), 2, 2048);
    UUID owner = UUID.randomUUID();
    ENGINE
        .database()
        .daos()
        .censuses()
        .replace(
            new CensusRow(host.id(), Inventory.now(), "d"),
            List.of(
                item(host, CensusKind.VOLUMES, "default", owner),
                item(host, CensusKind.DOMAIN, "", owner)));

    JsonNode found = ENGINE.get("/v1/orphans").body();
    assertThat(found.path("hosts").path(0).path("host").asText()).isEqualTo(host.name());
    JsonNode domain = found.path("items").path(0);
    JsonNode volumes = found.path("items").path(1);
    assertThat(domain.path("kind").asText()).isEqualTo("DOMAIN");
    assertThat(domain.path("actions")).hasToString("[\"adopt\",\"delete\"]");
    assertThat(volumes.path("actions")).isEmpty();

    String reason = "{\"reason\":\"restored from Tuesday\"}";
    Answer kept = ENGINE.post(verb(volumes, "delete"), reason);
    assertThat(kept.body().path("code").asText()).isEqualTo("orphan-not-deletable");
    Answer adopt = ENGINE.post(verb(volumes, "adopt"), "{\"reason\":\"r\",\"image\":\"none\"}");
    assertThat(adopt.body().path("code").asText()).isEqualTo("orphan-not-adoptable");
    assertThat(ENGINE.post(verb(domain, "delete"), "{}").body().path("field").asText())
        .isEqualTo("reason");
    assertThat(
            ENGINE
                .send(
                    ENGINE
                        .as(Role.OPERATOR, verb(domain, "delete"))
                        .POST(BodyPublishers.ofString(reason)))
                .status())
        .isEqualTo(403);

    Answer job = ENGINE.post(verb(domain, "delete"), reason);
    assertThat(job.status()).isEqualTo(202);
    assertThat(job.body().path("target").path("type").asText()).isEqualTo("orphan");
    assertThat(ENGINE.post(verb(domain, "delete"), reason).body().path("code").asText())
        .isEqualTo("orphan-busy");
    JsonNode entry =
        ENGINE.get("/v1/audit?outcome=accepted&target=hf-x").body().path("items").path(0);
    assertThat(entry.path("reason").asText()).isEqualTo("restored from Tuesday");
    assertThat(ENGINE.post("/v1/orphans/none:delete", reason).status()).isEqualTo(404);
  }

  @Test
  void aHostIsScannedByAJob() {
    ENGINE.post("/v1/sites", "{\"name\":\"s\"}");
    Inventory inventory = new Inventory(ENGINE.database());
    HostRow host = inventory.host(inventory.site(), 2, 2048);
    Answer job = ENGINE.post("/v1/hosts/" + host.name() + ":scan", "");
    assertThat(job.status()).isEqualTo(202);
    assertThat(job.body().path("kind").asText()).isEqualTo("SCAN_HOST");
    assertThat(ENGINE.post("/v1/hosts/none:scan", "").status()).isEqualTo(404);
  }

  private static String verb(JsonNode orphan, String verb) {
    return "/v1/orphans/" + orphan.path("id").asText() + ":" + verb;
  }

  private static CensusItemRow item(HostRow host, CensusKind kind, String place, UUID owner) {
    return new CensusItemRow(
        host.id(), kind, place, "hf-x", owner, null, 0, "", null, Inventory.now());
  }
}
