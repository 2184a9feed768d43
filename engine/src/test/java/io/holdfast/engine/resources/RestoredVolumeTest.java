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
import io.holdfast.engine.db.KeptInstance;
import io.holdfast.engine.db.KeptVolume;
import io.holdfast.engine.db.ProtectionGroupRow;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.engine.db.VolumeRow;
import io.holdfast.engine.ledger.KeptInstances;
import io.holdfast.engine.ledger.LedgerActivitiesImpl;
import io.holdfast.engine.ledger.Points;
import io.holdfast.engine.ledger.ProtectionLedgerActivitiesImpl;
import io.holdfast.engine.seal.TestKeys;
import io.holdfast.workflows.model.DiskSpec;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.ReplicaClone;
import io.holdfast.workflows.model.VolumeId;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of a volume in an instance that is restored of a point which has it. */
class RestoredVolumeTest {
  @RegisterExtension static final EngineExtension ENGINE = new EngineExtension();

  private final Inventory inventory = new Inventory(ENGINE.database());
  private final LedgerActivitiesImpl ledger =
      new LedgerActivitiesImpl(
          ENGINE.database(), i -> "http://engine/" + i, TestKeys.seal(), Clock.systemUTC());
  private final ProtectionLedgerActivitiesImpl points =
      new ProtectionLedgerActivitiesImpl(ENGINE.database(), Clock.systemUTC());
  private final SiteRow there = inventory.site();
  private final HostRow source = inventory.host(inventory.site(), 8, 8192);
  private final UUID instance = placed();
  private final VolumeRow volume = inventory.attached(instance, source, "default", 2);
  private final VolumeId id = new VolumeId(volume.id());
  private final ProtectionGroupRow group =
      Inventory.group(Inventory.name("group"), there, Inventory.now().plusSeconds(9999));
  private final UUID point = UUID.randomUUID();

  @BeforeEach
  void protect() {
    HostRow unused = inventory.host(there, 8, 8192); // to restore at
    daos().protectionGroups().insert(group);
    daos().protectionGroups().tryInsertMember(instance, group.id(), 0);
    new Points(ENGINE.database()).available(point, group, List.of(id.disk(), "disk1", "root"));
  }

  @Test
  void itIsADiskOfItsOwnBehindTheOthersWithTheSerialOfTheVolume() {
    JsonNode disks = ENGINE.get("/v1/recovery-points/" + point).body().path("disks");
    assertThat(disks.findValuesAsText("volume")).contains(volume.id().toString());
    assertThat(disks.findValuesAsText("volumeName")).contains("volume-" + volume.id());

    Answer answer = restored();
    JobId job = JobId.of(answer.body().path("id").asText());
    InstanceId made = InstanceId.of(answer.body().at("/target/id").asText());
    List<DiskSpec> wanted = ledger.reserve(job, made).instance().disks();
    assertThat(wanted)
        .containsExactly(
            new DiskSpec("root", "vda", 2 * Inventory.GIB),
            new DiskSpec("disk1", "vdb", 2 * Inventory.GIB),
            new DiskSpec("disk2", "vdc", 2 * Inventory.GIB, id.serial()));
    List<ReplicaClone> clones = points.replicaClones(job, made);
    assertThat(clones).extracting(ReplicaClone::disk).isEqualTo(wanted);
    assertThat(clones)
        .extracting(clone -> clone.replica().disk())
        .containsExactly("root", "disk1", id.disk());
    KeptInstance was =
        KeptInstances.of(daos(), daos().instances().findById(made.value()).orElseThrow());
    assertThat(was.volumes())
        .isEqualTo(Map.of("disk2", new KeptVolume(volume.id(), "volume-" + volume.id())));
  }

  /** Its guest would have two disks of one serial, and mount whichever it finds first. */
  @Test
  void theVolumeItselfIsAttachedToAnotherInstance() {
    InstanceId made = InstanceId.of(restored().body().at("/target/id").asText());
    daos().jobs().activeJobOf(made.value()).ifPresent(RestoredVolumeTest::end);
    daos().instances().setPlace(made.value(), source.id(), "default");
    daos().volumes().setInstance(volume.id(), null, Inventory.now());

    Answer refused = attach(made.value());
    assertThat(refused.status()).as("%s", refused.body()).isEqualTo(409);
    assertThat(refused.body().path("code").asText()).isEqualTo("volume-copied");
    assertThat(refused.body().path("detail").asText()).contains("disk2", volume.name());
    assertThat(attach(instance).status()).isEqualTo(202);
  }

  private Answer attach(UUID to) {
    return ENGINE.post("/v1/volumes/" + volume.id() + ":attach", "{\"instance\":\"" + to + "\"}");
  }

  private Answer restored() {
    Answer answer =
        ENGINE.post(
            "/v1/recovery-points/" + point + ":restore",
            "{\"name\":\"" + Inventory.name("again") + "\"}");
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
    return answer;
  }

  private UUID placed() {
    JobRow job = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of());
    daos().instances().setPlace(job.targetId(), source.id(), "default");
    end(job.id());
    return job.targetId();
  }

  private static void end(UUID job) {
    daos().jobs().end(job, JobState.SUCCEEDED, null, null, false, Inventory.now());
  }

  private static Daos daos() {
    return ENGINE.database().daos();
  }
}
