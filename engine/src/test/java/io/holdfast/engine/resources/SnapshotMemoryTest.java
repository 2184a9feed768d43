package io.holdfast.engine.resources;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.engine.EngineExtension;
import io.holdfast.engine.EngineExtension.Answer;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.SnapshotRow;
import io.holdfast.engine.ledger.SnapshotLedgerActivitiesImpl;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.SnapshotDisk;
import io.holdfast.workflows.model.SnapshotId;
import io.holdfast.workflows.model.SnapshotOrder;
import io.holdfast.workflows.model.TakenSnapshot;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Snapshots with memory over HTTP, and what their jobs read in the ledger. */
class SnapshotMemoryTest {
  @RegisterExtension static final EngineExtension ENGINE = new EngineExtension();

  private final Inventory inventory = new Inventory(ENGINE.database());
  private final HostRow host = inventory.host(inventory.site(), 8, 8192);
  private final SnapshotLedgerActivitiesImpl ledger =
      new SnapshotLedgerActivitiesImpl(ENGINE.database(), Clock.systemUTC());
  private UUID instanceId = UUID.randomUUID();
  private String instance = "";

  @BeforeEach
  void anInstanceThatRuns() {
    JobRow job = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of());
    instanceId = job.targetId();
    daos().instances().setPlace(instanceId, host.id(), "default");
    power(PowerState.RUNNING);
    end(job.id());
    instance = daos().instances().findById(instanceId).orElseThrow().name();
  }

  @Test
  void roomForTheMemoryIsClaimedUntilItIsKnownWhatItsFileTakes() {
    Answer plan = post("/v1/instances/" + instance + ":snapshot?dryRun=true", "{'memory':true}");
    assertThat(plan.body().at("/steps/0/detail").asText())
        .isEqualTo("room for %d MiB, the memory among them".formatted(2048 + 512 + 128 + 64));
    Answer job = take("{'memory':true}");
    assertThat(job.status()).as("%s", job.body()).isEqualTo(202);
    SnapshotId snapshot = new SnapshotId(UUID.fromString(id(job)));
    JobId jobId = new JobId(UUID.fromString(job.body().path("id").asText()));
    SnapshotOrder order = ledger.reserveSnapshot(jobId, snapshot);
    assertThat(order.snapshot().memory()).isTrue();
    assertThat(claimed(snapshot)).isEqualTo((2048L + 512 + 128 + 64) << 20);
    List<SnapshotDisk> disks = List.of(new SnapshotDisk("root", 2L << 30, 1000));
    ledger.completeSnapshot(jobId, snapshot, new TakenSnapshot(disks, 1, 2, 300), List.of());
    assertThat(claimed(snapshot)).isEqualTo(1300);
    JsonNode shown = ENGINE.get("/v1/snapshots/" + snapshot).body();
    assertThat(shown.path("memory").asBoolean()).isTrue();
    assertThat(shown.path("memoryBytes").asLong()).isEqualTo(300);
  }

  @Test
  void onlyAGuestThatRunsHasMemoryToTake() {
    assertRefused(take("{'memory':true,'consistency':'APPLICATION'}"), 422, "invalid-field");
    power(PowerState.SHUTOFF);
    assertRefused(take("{'memory':true}"), 409, "instance-must-run");
    assertThat(take("{}").status()).isEqualTo(202);
  }

  @Test
  void aVolumeIsInNoSnapshotSoItsMemoryIsNotTaken() {
    String volume = inventory.attached(instanceId, host, "default", 1).name();
    Answer refused = take("{'memory':true}");
    assertRefused(refused, 409, "snapshot-unsupported");
    assertThat(refused.body().at("/causes/0").asText()).isEqualTo(volume);
  }

  @Test
  void aRestoreHasTheGuestGoOnUnlessToldOtherwise() {
    String path = "/v1/snapshots/" + taken(true) + ":restore";
    assertRefused(post(path, "{}"), 409, "instance-must-be-stopped");
    Answer goesOn = post(path, "{'restart':true}");
    assertThat(steps(goesOn)).startsWith("check-memory", "read-power").contains("start-domain");
    assertThat(order(goesOn).memory()).isTrue();
    end(goesOn);
    Answer boots = post(path, "{'restart':true,'memory':false}");
    assertThat(steps(boots)).startsWith("read-power");
    assertThat(order(boots).memory()).isFalse();
    assertThat(order(boots).snapshot().memory()).isTrue();
  }

  @Test
  void aGuestThatIsAnotherNowIsRefusedAndItsDisksAreNot() {
    String path = "/v1/snapshots/" + taken(true) + ":restore";
    daos().instances().setSize(instanceId, null, 2, 512);
    String volume = inventory.attached(instanceId, host, "default", 1).name();
    Answer refused = post(path, "{'restart':true}");
    assertRefused(refused, 409, "memory-unfit");
    assertThat(refused.body().path("causes"))
        .extracting(JsonNode::asText)
        .containsExactly(
            "It had 1 processors and 512 MiB, it has 2 processors and 512 MiB",
            "It has got volume " + volume + " since");
    assertThat(post(path, "{'restart':true,'memory':false}").status()).isEqualTo(202);
  }

  @Test
  void whatWasRecoveredElsewhereDoesNotGoOn() {
    String path = "/v1/snapshots/" + taken(true) + ":restore";
    JobRow failover = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of());
    long unused = daos().ownerships().fence(instanceId, failover.id(), Instant.now());
    assertRefused(post(path, "{'restart':true}"), 409, "instance-recovered-elsewhere");
    assertThat(post(path, "{'restart':true,'memory':false}").status()).isEqualTo(202);
  }

  @Test
  void aRetryTakesTheGuestAsItIsByThen() {
    Answer job = take("{'memory':true}");
    String path = "/v1/jobs/" + job.body().path("id").asText();
    assertThat(post(path + ":cancel", "{}").status()).isLessThan(300);
    daos().instances().setSize(instanceId, null, 2, 1024);
    power(PowerState.SHUTOFF);
    assertRefused(post(path + ":retry", "{}"), 409, "instance-must-run");
    power(PowerState.RUNNING);
    Answer retry = post(path + ":retry", "{}");
    SnapshotOrder order =
        ledger.reserveSnapshot(
            new JobId(UUID.fromString(retry.body().path("id").asText())),
            new SnapshotId(UUID.fromString(id(job))));
    assertThat(claimed(order.snapshot().id())).isEqualTo((2048L + 1024 + 256 + 64) << 20);
    SnapshotRow row = daos().snapshots().findById(UUID.fromString(id(job))).orElseThrow();
    assertThat(Objects.requireNonNull(row.was()).size().memoryMiB()).isEqualTo(1024);
  }

  @Test
  void whatWasTakenWithoutMemoryHasNone() {
    String path = "/v1/snapshots/" + taken(false) + ":restore";
    Answer refused = post(path, "{'restart':true,'memory':true}");
    assertRefused(refused, 422, "invalid-field");
    assertThat(refused.body().path("field").asText()).isEqualTo("memory");
    assertThat(order(post(path, "{'restart':true}")).memory()).isFalse();
  }

  /** One that is there; answers with its id. */
  private String taken(boolean memory) {
    Answer job = take("{'memory':" + memory + "}");
    List<SnapshotDisk> disks = List.of(new SnapshotDisk("root", 2L << 30, 1 << 20));
    daos()
        .snapshots()
        .setTaken(UUID.fromString(id(job)), disks, Instant.now(), 4, memory ? 1 << 20 : 0);
    end(job);
    return id(job);
  }

  private SnapshotOrder order(Answer job) {
    assertThat(job.status()).as("%s", job.body()).isEqualTo(202);
    return ledger.snapshotOrder(
        new JobId(UUID.fromString(job.body().path("id").asText())),
        new SnapshotId(UUID.fromString(id(job))));
  }

  private static List<String> steps(Answer job) {
    return job.body().path("steps").findValuesAsText("name");
  }

  private static long claimed(SnapshotId snapshot) {
    Long bytes = daos().snapshots().findById(snapshot.value()).orElseThrow().claimedBytes();
    return bytes == null ? 0 : bytes;
  }

  private void power(PowerState state) {
    daos().instances().setPower(instanceId, state, Instant.now());
  }

  private Answer take(String body) {
    return post("/v1/instances/" + instance + ":snapshot", body);
  }

  private static String id(Answer job) {
    return job.body().at("/target/id").asText();
  }

  private static void end(Answer job) {
    end(UUID.fromString(job.body().path("id").asText()));
  }

  private static void end(UUID job) {
    daos().jobs().end(job, JobState.SUCCEEDED, null, null, false, Instant.now());
  }

  private static Daos daos() {
    return ENGINE.database().daos();
  }

  private static Answer post(String path, String body) {
    return ENGINE.post(path, body.replace('\'', '"'));
  }

  private static void assertRefused(Answer answer, int status, String code) {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(status);
    assertThat(answer.body().path("code").asText()).isEqualTo(code);
  }
}
