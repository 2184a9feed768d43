package io.holdfast.engine.resources;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.engine.EngineExtension;
import io.holdfast.engine.EngineExtension.Answer;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.NetworkRow;
import io.holdfast.engine.db.ProtectionGroupRow;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.engine.ledger.Points;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an instance of a plan gets at the recovery site, resources and addresses. */
class RecoveryPlanResourcesTest {
  @RegisterExtension static final EngineExtension ENGINE = new EngineExtension();

  private static final String PLANS = "/v1/recovery-plans";
  private static final String NIC = "/tiers/0/instances/0/nics/0";
  private static final String RESOURCES = "/tiers/0/instances/0/resources";

  private static String site = "";
  private static String instance = "";
  private static @Nullable NetworkRow lan;
  private static @Nullable NetworkRow far;

  @BeforeAll
  static void anInstanceWithAPoint() {
    Inventory inventory = new Inventory(ENGINE.database());
    SiteRow beta = inventory.site();
    site = beta.name();
    HostRow keeper = inventory.host(beta, 4, 2048);
    inventory.onlyActive(keeper);
    lan = inventory.network("10.142.1.0/24");
    far = inventory.network("10.142.2.0/25");
    UUID id = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of(lan)).targetId();
    ENGINE.database().daos().instances().setAddress(id, 0, "10.142.1.9");
    instance = id.toString();
    ProtectionGroupRow group =
        Inventory.group(
            Inventory.name("group"), beta, Inventory.now().plusSeconds(9999), Duration.ofHours(1));
    ENGINE.database().daos().protectionGroups().insert(group);
    ENGINE.database().daos().protectionGroups().tryInsertMember(id, group.id(), 0);
    new Points(ENGINE.database()).available(UUID.randomUUID(), group, List.of("root"));
  }

  @Test
  void whatAPlanSaysIsShownAndPlanned() {
    Answer made = post("lean", ",'resources':{'memoryMiB':256}");
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    assertThat(made.body().at(RESOURCES + "/memoryMiB").asInt()).isEqualTo(256);
    assertThat(made.body().at(RESOURCES + "/vcpus").isNull()).isTrue();
    JsonNode one = planned("lean").at("/tiers/0/instances/0");
    assertThat(one.path("vcpus").asInt()).as("%s", one).isEqualTo(1);
    assertThat(one.path("memoryMiB").asInt()).isEqualTo(256);
  }

  @Test
  void whatIsSaidOfNoneIsAsAtHome() {
    Answer made = post("plain", "");
    assertThat(made.body().at(RESOURCES).isNull()).as("%s", made.body()).isTrue();
    JsonNode one = planned("plain").at("/tiers/0/instances/0");
    assertThat(one.path("memoryMiB").asInt()).as("%s", one).isEqualTo(512);
  }

  @Test
  void whatDoesNotFitIsRefusedWithNumbers() {
    post("huge", ",'resources':{'memoryMiB':4096}");
    JsonNode planned = planned("huge");
    assertThat(planned.path("ok").asBoolean()).isFalse();
    assertThat(planned.at("/refusals/0/code").asText()).isEqualTo("NO_CAPACITY");
    assertThat(planned.at("/refusals/0/detail").asText())
        .contains("4096 MiB of memory are needed, 1844 are free");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{}                 | resources",
        "{'vcpus':0}        | resources.vcpus",
        "{'vcpus':256}      | resources.vcpus",
        "{'memoryMiB':63}   | resources.memoryMiB",
        "{'memoryMiB':'x'}  | resources.memoryMiB",
        "{'disks':1}        | resources.disks",
        "null,'addresses':[{'nic':1,'address':'10.142.1.9'}]                   | addresses[0].nic",
        "null,'addresses':[{'address':'10.142.1.1'}]                           |"
            + " addresses[0].address",
        "null,'addresses':[{'address':'10.142.2.9'}]                           |"
            + " addresses[0].address",
        "null,'addresses':[{'address':'10.142.1.x'}]                           |"
            + " addresses[0].address",
        "null,'addresses':[{'address':'10.142.1.8'},{'address':'10.142.1.9'}] | addresses[1].nic",
      })
  void whatIsWrongIsNamed(String resources, String field) {
    Answer answer = post("bad", ",'resources':" + resources);
    assertThat(answer.status()).as("%s", answer.body()).isBetween(400, 422);
    assertThat(answer.body().path("field").asText()).isEqualTo("tiers[0].instances[0]." + field);
  }

  @Test
  void whereAddressesGoIsShownAndPlanned() {
    String mapped =
        "{'from':'%s','failover':'%s','addresses':'KEEP'}".formatted(name(lan), name(far));
    JsonNode kept = post("kept", "", mapped).body();
    assertThat(kept.at("/networks/0/addresses").asText()).as("%s", kept).isEqualTo("KEEP");
    assertThat(kept.at("/tiers/0/instances/0/addresses")).isEmpty();
    assertThat(planned("kept").at(NIC + "/address").asText()).isEqualTo("10.142.2.9");
    JsonNode fixed = post("fixed", ",'addresses':[{'address':'10.142.2.20'}]", mapped).body();
    assertThat(fixed.at("/tiers/0/instances/0/addresses/0/nic").asInt()).isZero();
    assertThat(planned("fixed").at(NIC + "/address").asText()).isEqualTo("10.142.2.20");
    JsonNode stays =
        post("stays", "", "{'from':'%s','addresses':'KEEP'}".formatted(name(lan))).body();
    assertThat(stays.at("/networks/0/failover").isNull()).as("%s", stays).isTrue();
    assertThat(planned("stays").at(NIC + "/address").asText()).isEqualTo("10.142.1.9");
    JsonNode any = post("any", "", "{'from':'%s'}".formatted(name(lan))).body();
    assertThat(any.at("/networks/0/addresses").asText()).isEqualTo("AUTOMATIC");
    assertThat(planned("any").at(NIC + "/address").isNull()).isTrue();
  }

  private static String name(@Nullable NetworkRow network) {
    return Objects.requireNonNull(network).name();
  }

  private static JsonNode planned(String plan) {
    return ENGINE.post(PLANS + "/" + plan + ":validate?kind=DISASTER_RECOVERY", "").body();
  }

  private static Answer post(String name, String more) {
    return post(name, more, "");
  }

  private static Answer post(String name, String more, String networks) {
    String plan =
        "{'name':'%s','recoverySite':'%s','tiers':["
            + "{'name':'data','instances':[{'instance':'%s'%s}]}],'networks':[%s]}";
    return ENGINE.post(
        PLANS, plan.formatted(name, site, instance, more, networks).replace('\'', '"'));
  }
}
