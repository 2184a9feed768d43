package io.holdfast.engine.resources;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.engine.EngineExtension;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.ProtectionGroupRow;
import io.holdfast.engine.db.RecoveryPointRow;
import io.holdfast.engine.db.RecoveryPointState;
import io.holdfast.workflows.model.JobState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whose promise is not kept, as callers and Prometheus read it. */
class RpoViolationTest {
  @RegisterExtension static final EngineExtension ENGINE = new EngineExtension();

  private final Inventory inventory = new Inventory(ENGINE.database());
  private final HostRow source = inventory.host(inventory.site(), 8, 8192);
  private final HostRow keeper = inventory.host(inventory.site(), 8, 8192);
  private final Daos daos = ENGINE.database().daos();

  @Test
  void theInstanceThatRoundsLeaveOutIsNamed() {
    ProtectionGroupRow group = group();
    UUID one = member(group, 0);
    UUID leftOut = member(group, 1);
    point(group, 1, Duration.ofSeconds(200_000), one, leftOut);
    UUID newest = point(group, 2, Duration.ofSeconds(2), one);

    JsonNode body = ENGINE.get("/v1/protection-groups/" + group.name()).body();
    assertThat(body.path("restorablePoint").asText()).isEqualTo(newest.toString());
    assertThat(body.path("rpoViolation").asText()).isEqualTo("CRITICAL");
    assertThat(body.at("/instances/0/rpoViolation").isNull()).isTrue();
    assertThat(body.at("/instances/1/rpoViolation").asText()).isEqualTo("CRITICAL");
    assertThat(Instant.parse(body.at("/instances/1/restorableAt").asText()))
        .isBefore(Instant.parse(body.at("/instances/0/restorableAt").asText()));
    String instance =
        "holdfast_protection_instance_lag_seconds{group=\"%s\",instance=\"%s\"} "
            .formatted(group.name(), body.at("/instances/1/name").asText());
    assertThat(ENGINE.metrics())
        .contains(instance + "20")
        .contains("holdfast_protection_lag_seconds{group=\"%s\"} 20".formatted(group.name()));
  }

  private ProtectionGroupRow group() {
    ProtectionGroupRow group =
        Inventory.group(
            Inventory.name("group"), inventory.site(), Inventory.now().plusSeconds(9999));
    daos.protectionGroups().insert(group);
    return group;
  }

  private UUID member(ProtectionGroupRow group, int position) {
    JobRow made = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of());
    daos.instances().setPlace(made.targetId(), source.id(), "default");
    daos.jobs().end(made.id(), JobState.SUCCEEDED, null, null, false, Inventory.now());
    daos.protectionGroups().tryInsertMember(made.targetId(), group.id(), position);
    return made.targetId();
  }

  private UUID point(ProtectionGroupRow group, long number, Duration ago, UUID... shown) {
    RecoveryPointRow row =
        RecoveryPointRow.staging(
            UUID.randomUUID(), group.id(), number, UUID.randomUUID(), List.of(), Inventory.now());
    daos.recoveryPoints().insert(row);
    for (UUID instance : shown) {
      daos.recoveryPoints().insertDisk(Inventory.replica(row.id(), instance, keeper.id()));
    }
    daos.recoveryPoints().setTaken(row.id(), Inventory.now().minus(ago), 0, List.of());
    daos.recoveryPoints().setState(row.id(), RecoveryPointState.AVAILABLE);
    return row.id();
  }
}
