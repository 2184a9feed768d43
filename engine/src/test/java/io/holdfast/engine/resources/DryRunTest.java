package io.holdfast.engine.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.engine.EngineExtension;
import io.holdfast.engine.EngineExtension.Answer;
import io.holdfast.engine.db.Contents;
import io.holdfast.engine.db.Role;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem.HttpMethod;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.POST;
import java.lang.reflect.Method;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every POST and DELETE can be planned, and a plan writes nothing. */
class DryRunTest {
  @RegisterExtension static final EngineExtension ENGINE = new EngineExtension();

  @SuppressWarnings("NullAway.Init") // filled before all tests
  private static DryRunWorld world;

  @BeforeAll
  static void fillTheWorld() {
    world = new DryRunWorld(ENGINE);
  }

  @TestFactory
  Stream<DynamicTest> aPlanWritesNothing() {
    Map<String, HttpMethod> operations = changes();
    assertThat(DryRunSample.ALL.keySet()).containsExactlyInAnyOrderElementsOf(operations.keySet());
    return operations.entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(),
                    () ->
                        planWritesNothing(
                            entry.getValue(),
                            Objects.requireNonNull(DryRunSample.ALL.get(entry.getKey())))));
  }

  private static void planWritesNothing(HttpMethod method, DryRunSample sample) {
    await().until(() -> !ENGINE.database().daos().events().isPending()); // else told meanwhile
    Map<String, List<String>> before = Contents.of(ENGINE.dataSource());
    String address =
        sample.address().replace("{host}", world.host).replace("{orphan}", world.orphan);
    Answer plan =
        send(method, address + "?dryRun=true", sample.body().replace("{site}", world.site));

    assertThat(plan.status()).as("%s", plan.body()).isEqualTo(200);
    assertThat(Contents.of(ENGINE.dataSource())).isEqualTo(before);
    if (sample.address().endsWith(":validate")) { // is a plan by itself
      assertThat(plan.body().path("ok").asBoolean()).as("%s", plan.body()).isTrue();
      return;
    }
    assertThat(plan.body().path("kind").asText()).isNotEmpty();
    assertThat(plan.body().path("problem").isNull()).as("%s", plan.body()).isTrue();
    assertThat(plan.body().path("steps").size() > 0)
        .as("steps, or a definition")
        .isEqualTo(plan.body().path("definition").isNull());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "/v1/instances/there | {'labels':{'a':'b'}}",
        "/v1/protection-groups/guarded | {'rpo':'PT2M'}",
      })
  void aPlannedPatchWritesNothing(String address, String body) {
    planWritesNothing(HttpMethod.PATCH, new DryRunSample(address, DryRunSample.json(body)));
  }

  /** It has begun nothing yet, so there is nothing to edit; but a diff may be asked for. */
  @Test
  void theEditOfARunCanBePlanned() {
    Answer refused =
        send(
            HttpMethod.PATCH,
            "/v1/runs/" + DryRunSample.HELD + "?dryRun=true",
            DryRunSample.json("{'instances':[{'instance':'guarded','leaveOut':true}]}"));
    assertThat(refused.status()).as("%s", refused.body()).isEqualTo(409);
  }

  /** All that change something, by the document that is made of the resources. */
  private static Map<String, HttpMethod> changes() {
    Map<String, HttpMethod> changes = new TreeMap<>();
    OpenApiDocument.make()
        .getPaths()
        .forEach(
            (path, item) ->
                item.readOperationsMap()
                    .forEach(
                        (method, operation) -> {
                          if (method == HttpMethod.POST || method == HttpMethod.DELETE) {
                            changes.put(operation.getOperationId(), method);
                            assertThat(hasDryRun(operation)).as(path).isTrue();
                          }
                        }));
    return changes;
  }

  private static boolean hasDryRun(Operation operation) {
    return operation.getParameters().stream().anyMatch(p -> p.getName().equals("dryRun"));
  }

  /** {@link Call} carries the wish; a method without one could not know of it. */
  @Test
  void everyMethodThatChangesSomethingTakesACall() {
    List<Method> changes =
        OpenApiDocument.resources().stream()
            .flatMap(resource -> Arrays.stream(resource.getMethods()))
            .filter(m -> m.isAnnotationPresent(POST.class) || m.isAnnotationPresent(DELETE.class))
            .toList();
    assertThat(changes)
        .hasSameSizeAs(DryRunSample.ALL.keySet())
        .allMatch(
            method ->
                Arrays.stream(method.getParameters())
                    .anyMatch(
                        p -> p.getType() == Call.class && p.isAnnotationPresent(BeanParam.class)));
  }

  @Test
  void aCreateIsPlannedWithItsHostAndTheHostsThatWillNotDo() {
    JsonNode plan = post("/v1/instances?dryRun=true", DryRunSample.instance("planned")).body();

    assertThat(plan.path("kind").asText()).isEqualTo("CREATE_INSTANCE");
    assertThat(plan.path("target").path("name").asText()).isEqualTo("planned");
    assertThat(plan.path("placement").path("host").asText()).isEqualTo(world.host);
    assertThat(plan.path("placement").path("pool").asText()).isEqualTo("default");
    assertThat(plan.path("placement").path("why").asText()).isEqualTo("the only host that will do");
    assertThat(plan.path("refusals")).hasSize(3);
    assertThat(refusal(plan, "silent").path("code").asText()).isEqualTo("NOT_ACTIVE");
    assertThat(plan.path("steps")).hasSize(8);
    assertThat(plan.path("steps").path(0).path("host").isNull()).isTrue();
    assertThat(plan.path("steps").path(1).path("detail").asText())
        .isEqualTo("copied to " + world.host);
    assertThat(plan.path("steps").path(3).path("detail").asText()).isEqualTo("10.9.0.2 in net");
  }

  @Test
  void whatFitsNowhereIsAPlanWithNumbers() {
    String body =
        DryRunSample.json(
            "{'name':'big','image':'guest','vcpus':1,'memoryMiB':8192,'networks':['net']}");
    JsonNode plan = ENGINE.post("/v1/instances?dryRun=true", body).body();

    assertThat(plan.path("problem").path("code").asText()).isEqualTo("no-capacity");
    assertThat(plan.path("placement").isNull()).isTrue();
    JsonNode refusal = refusal(plan, world.host);
    assertThat(refusal.path("code").asText()).isEqualTo("MEMORY");
    assertThat(refusal.path("needed").asLong()).isEqualTo(8192);
    assertThat(refusal.path("free").asLong())
        .isEqualTo(4096 - 409 - 128 - 64 - 64); // kept, and claimed thrice
    assertThat(refusal.path("unit").asText()).isEqualTo("MiB");
  }

  @Test
  void aBusyTargetIsAPlanWithTheJobInItsWay() {
    UUID job = id(post("/v1/instances", DryRunSample.instance("busy")).body());

    JsonNode plan = send(HttpMethod.DELETE, "/v1/instances/busy?dryRun=true", "").body();

    assertThat(plan.path("problem").path("code").asText()).isEqualTo("instance-busy");
    assertThat(plan.path("problem").path("job").asText()).isEqualTo(job.toString());
    assertThat(plan.path("steps")).hasSize(5);
  }

  @Test
  void aPlanDoesNotUseUpItsKey() {
    String[] key = {"Idempotency-Key", "planned-first"};
    Answer plan = ENGINE.post("/v1/sites?dryRun=true", DryRunSample.json("{'name':'a-plan'}"), key);
    Answer made = ENGINE.post("/v1/sites", DryRunSample.json("{'name':'something-else'}"), key);
    assertThat(List.of(plan.status(), made.status())).containsExactly(200, 201);
    assertThat(plan.body().path("definition").path("name").asText()).isEqualTo("a-plan");
    assertThat(ENGINE.get("/v1/sites/a-plan").status()).isEqualTo(404);
  }

  @Test
  void aPlannedTokenShowsNoSecret() {
    JsonNode plan = post("/v1/tokens?dryRun=true", "{'name':'t','role':'ADMIN'}").body();
    assertThat(plan.path("definition").path("name").asText()).isEqualTo("t");
    assertThat(plan.path("definition").has("token")).isFalse();
  }

  private static JsonNode refusal(JsonNode plan, String host) {
    return StreamSupport.stream(plan.path("refusals").spliterator(), false)
        .filter(refusal -> refusal.path("host").asText().equals(host))
        .findFirst()
        .orElseThrow();
  }

  private static Answer post(String address, String body) {
    return ENGINE.post(address, DryRunSample.json(body));
  }

  private static Answer send(HttpMethod method, String address, String body) {
    return ENGINE.send(
        ENGINE
            .as(Role.ADMIN, address)
            .method(
                method.name(),
                body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body)));
  }

  private static UUID id(JsonNode body) {
    return UUID.fromString(body.path("id").asText());
  }
}
