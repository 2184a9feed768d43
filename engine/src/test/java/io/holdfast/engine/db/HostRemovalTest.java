package io.holdfast.engine.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What keeps a host, and what is only a memory of it. */
class HostRemovalTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private final Database database = POSTGRES.database();
  private final Daos daos = database.daos();
  private final Inventory inventory = new Inventory(database);
  private final SiteRow site = inventory.site();
  private final HostRow host = inventory.host(site, 4, 4096);
  private final HostRow other = inventory.host(site, 4, 4096);

  @Test
  void whatWasAskedForThereAndIsElsewhereKeepsItNot() {
    UUID instance = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of()).targetId();
    daos.instances().setWantedHost(instance, host.id());
    daos.instances().setPlace(instance, other.id(), "default");
    VolumeRow volume = volumeWantedHere();
    daos.volumes().setPlace(volume.id(), other.id(), "default");

    daos.hosts().delete(host.id());

    assertThat(daos.hosts().findById(host.id())).isEmpty();
    InstanceRow left = daos.instances().lock(instance).orElseThrow();
    assertThat(left.wantedHost()).isNull();
    assertThat(left.hostId()).isEqualTo(other.id());
    assertThat(daos.volumes().findById(volume.id()).orElseThrow().wantedHost()).isNull();
  }

  @Test
  void whatIsStillToBePlacedThereKeepsIt() {
    VolumeRow volume = volumeWantedHere();
    keptBy("volume " + volume.name());

    daos.volumes().delete(volume.id());
    JobRow made = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of());
    daos.instances().setWantedHost(made.targetId(), host.id());
    keptBy("instance " + made.targetName());
  }

  @Test
  void aPlannedMoveKeepsItUntilItIsGivenBack() {
    UUID job = UUID.randomUUID();
    daos.evacuations().plan(Inventory.plannedMove(job, other, host));
    keptBy("the planned move of instance web");

    daos.evacuations().release(job, Inventory.now());
    daos.hosts().delete(host.id());
    assertThat(daos.hosts().findById(host.id())).isEmpty();
  }

  /** Who has the ledger's lock places things there, and must not wait for one who wants it. */
  @Test
  void whoChangesAHostDoesNotKeepOthersFromPlacingThere() throws Exception {
    CompletableFuture<VolumeRow> placed =
        database.inTransaction(
            all -> {
              all.hosts().lock(host.id());
              CompletableFuture<VolumeRow> asked =
                  CompletableFuture.supplyAsync(this::volumeWantedHere);
              assertThat(asked).succeedsWithin(Duration.ofSeconds(20));
              return asked;
            });
    keptBy("volume " + placed.get().name());
  }

  private void keptBy(String user) {
    assertThatThrownBy(() -> daos.hosts().delete(host.id()))
        .isInstanceOf(StillUsedException.class)
        .hasMessageContaining(user);
  }

  private VolumeRow volumeWantedHere() {
    VolumeRow volume =
        new VolumeRow(
            UUID.randomUUID(),
            "default",
            Inventory.name("volume"),
            Inventory.GIB,
            null,
            host.id(),
            null,
            null,
            null,
            null,
            null,
            java.util.Map.of(),
            Inventory.now());
    daos.volumes().insert(volume);
    return volume;
  }
}
