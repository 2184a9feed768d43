package io.holdfast.engine.resources;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.engine.EngineExtension;
import io.holdfast.engine.EngineExtension.Answer;
import io.holdfast.engine.db.ImageRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.Role;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a plan has done before and after its tiers: said, refused, shown, and in its runs. */
class RecoveryPlanStepsTest {
  @RegisterExtension static final EngineExtension ENGINE = new EngineExtension();

  private static final String PLANS = "/v1/recovery-plans";
  private static final String TELL =
      "{'name':'tell','kind':'CALLOUT','url':'https://ops.example/hook','runs':['DRILL'],"
          + "'onFailure':'RETRY','attempts':4}";
  private static final String ASK = "{'name':'ask','kind':'APPROVAL','message':'is alpha dead?'}";
  private static final String WARM =
      "{'name':'warm','kind':'COMMAND','instance':'%s','command':['/bin/warm','all'],"
          + "'runs':['DRILL','DISASTER_RECOVERY'],'onFailure':'SKIP','timeoutSeconds':5}";

  private static String site = "";
  private static String first = "";
  private static String second = "";

  @BeforeAll
  static void twoInstances() {
    Inventory inventory = new Inventory(ENGINE.database());
    site = inventory.site().name();
    ImageRow image = inventory.image(ImageState.AVAILABLE);
    first = inventory.instance(image, List.of()).targetId().toString();
    second = inventory.instance(image, List.of()).targetId().toString();
  }

  @Test
  void whatAPlanSaysIsShown() {
    JsonNode tier = made("shown", TELL + "," + ASK, WARM.formatted(first)).at("/tiers/0");
    assertThat(tier.at("/before/0/url").asText()).isEqualTo("https://ops.example/hook");
    assertThat(tier.at("/before/0/timeoutSeconds").asInt()).isEqualTo(60);
    assertThat(tier.at("/before/1/timeoutSeconds").asInt()).isEqualTo(3600);
    assertThat(tier.at("/before/1/onFailure").asText()).isEqualTo("STOP");
    assertThat(tier.at("/before/1/runs")).hasSize(3);
    assertThat(tier.at("/after/0/command/1").asText()).isEqualTo("all");
    assertThat(ENGINE.get(PLANS + "/shown").body().at("/tiers/0")).isEqualTo(tier);
  }

  /** It may be the key by which the receiver knows who calls. */
  @Test
  void theQueryOfACalloutIsShownToThoseAloneWhoMayChangeIt() {
    String keyed = TELL.replace("/hook", "/hook?key=secret");
    String address = "/tiers/0/before/0/url";
    assertThat(made("keyed", keyed, "").at(address).asText()).endsWith("?key=secret");
    assertThat(seen(Role.OPERATOR, "/keyed").at(address).asText()).endsWith("?key=secret");
    assertThat(seen(Role.VIEWER, "/keyed").at(address).asText()).endsWith("/hook");
    JsonNode listed = seen(Role.VIEWER, "?name=keyed").at("/items/0" + address);
    assertThat(listed.asText()).endsWith("/hook");
    JsonNode planned = ENGINE.post(PLANS + "/keyed:validate?kind=DRILL", "").body();
    assertThat(planned.at("/tiers/0/before/0/target").asText()).endsWith("/hook");
  }

  private static JsonNode seen(Role role, String path) {
    return ENGINE.send(ENGINE.as(role, PLANS + path).GET()).body();
  }

  /** A rehearsal does nothing that its plan does not say of rehearsals. */
  @Test
  void aRunHasTheStepsThatAreForIt() {
    made("run", TELL + "," + ASK, WARM.formatted(first));
    JsonNode drill = ENGINE.post(PLANS + "/run:validate?kind=DRILL", "").body();
    assertThat(names(drill.at("/tiers/0/before"))).as("%s", drill).containsExactly("tell");
    assertThat(drill.at("/tiers/0/before/0/step").asText()).isEqualTo("step-tell");
    assertThat(drill.at("/tiers/0/before/0/attempts").asInt()).isEqualTo(4);
    assertThat(names(drill.at("/tiers/0/after"))).containsExactly("warm");
    JsonNode failover =
        ENGINE.post(PLANS + "/run:validate?kind=DISASTER_RECOVERY", "").body().at("/tiers/0");
    assertThat(names(failover.path("before"))).containsExactly("ask");
    Answer begun = ENGINE.post(PLANS + "/run:drill", "{}");
    assertThat(begun.status()).as("%s", begun.body()).isEqualTo(202);
    assertThat(names(begun.body().path("steps")))
        .startsWith("plan-run", "step-tell", "recover-data", "step-warm", "recover-web")
        .doesNotContain("step-ask");
    JsonNode report = ENGINE.get("/v1/runs/" + begun.body().path("id").asText() + "/report").body();
    assertThat(names(report.path("steps"))).containsExactly("tell", "warm");
    assertThat(report.at("/steps/1/place").asText()).isEqualTo("after tier data");
    assertThat(report.at("/steps/1/state").asText()).isEqualTo("PENDING");
  }

  /** What is done around one instance is said at it, and belongs to its recovery. */
  @Test
  void whatIsDoneAroundAnInstanceIsShownAndPlanned() {
    String check = "{'name':'check','kind':'COMMAND','command':['/bin/check'],'runs':['DRILL']}";
    Answer made = around("around", ASK, check);
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    JsonNode one = made.body().at("/tiers/0/instances/0");
    assertThat(one.at("/before/0/name").asText()).isEqualTo("ask");
    assertThat(one.at("/after/0/instance").asText()).isEqualTo(one.path("instance").asText());
    JsonNode drill = ENGINE.post(PLANS + "/around:validate?kind=DRILL", "").body();
    assertThat(names(drill.at("/tiers/0/before"))).isEmpty();
    assertThat(ENGINE.get(PLANS + "/around").body().at("/tiers/0/instances/0")).isEqualTo(one);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'name':'a','kind':'COMMAND','command':['x']                          || before[0].kind",
        "|'name':'a','kind':'COMMAND','command':['x'],'instance':'{second}'   | after[0].instance",
        "|'name':'a','kind':'COMMAND'                                         | after[0].command",
        "'name':'a','kind':'APPROVAL','message':'?'|'name':'a','kind':'APPROVAL','message':'?' |"
            + " after[0].name",
        "'name':'a','kind':'CALLOUT'                                          || before[0].url",
      })
  void whatIsWrongAroundAnInstanceIsNamed(
      @Nullable String before, @Nullable String after, String field) {
    Answer answer = around("bad-around", step(before), step(after));
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(422);
    assertThat(answer.body().path("field").asText()).isEqualTo("tiers[0].instances[0]." + field);
  }

  private static String step(@Nullable String fields) {
    return fields == null ? "" : "{" + fields.replace("{second}", second) + "}";
  }

  private static Answer around(String name, String before, String after) {
    String plan =
        "{'name':'%s','recoverySite':'%s','tiers':["
            + "{'name':'data','instances':[{'instance':'%s','before':[%s],'after':[%s]}]}]}";
    return ENGINE.post(PLANS, plan.formatted(name, site, first, before, after).replace('\'', '"'));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'name':'a','kind':'CALLOUT'                                        | url",
        "'name':'a','kind':'CALLOUT','url':'http://[x'                      | url",
        "'name':'a','kind':'CALLOUT','url':'ftp://x/y'                      | url",
        "'name':'a','kind':'APPROVAL'                                       | message",
        "'name':'a','kind':'COMMAND','command':['x']                        | instance",
        "'name':'a','kind':'COMMAND','instance':'{first}'                   | command",
        "'name':'a','kind':'COMMAND','instance':'{first}','command':['x']   | instance",
        "'name':'a','kind':'COMMAND','instance':'nobody','command':['x']    | instance",
        "'name':'a','kind':'APPROVAL','message':'?','runs':['REPROTECT']    | runs",
        "'name':'a','kind':'APPROVAL','message':'?','attempts':11           | attempts",
        "'name':'a','kind':'CALLOUT','url':'http://169.254.169.254/latest'  | url",
        "'name':'a','kind':'CALLOUT','url':'https://ops.example/%2e%2e/x'   | url",
        "'name':'a','kind':'CALLOUT','url':'https://ops.example/x','timeoutSeconds':3601 |"
            + " timeoutSeconds",
        "'name':'late','kind':'APPROVAL','message':'?'                      | name",
      })
  void whatIsWrongIsNamed(String fields, String field) {
    String late = "{'name':'late','kind':'APPROVAL','message':'?'}";
    String step = "{" + fields.replace("{first}", first) + "}";
    Answer answer = post("bad", late + "," + step, "");
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(422);
    assertThat(answer.body().path("field").asText()).isEqualTo("tiers[0].before[1]." + field);
  }

  private static JsonNode made(String name, String before, String after) {
    Answer made = post(name, before, after);
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    return made.body();
  }

  private static Answer post(String name, String before, String after) {
    String plan =
        "{'name':'%s','recoverySite':'%s','tiers':["
            + "{'name':'data','instances':[{'instance':'%s'}],'before':[%s],'after':[%s]},"
            + "{'name':'web','instances':[{'instance':'%s'}]}]}";
    return ENGINE.post(
        PLANS, plan.formatted(name, site, first, before, after, second).replace('\'', '"'));
  }

  private static List<String> names(JsonNode all) {
    return all.findValuesAsText("name");
  }
}
