package io.holdfast.engine.temporal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.DecisionRow;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.JobVerb;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a run is told of a patch; that it is told is OutboxTest's and SteeringTest's. */
class DecisionDeliveryTest {
  private static final HostId HOST = HostId.ofName("alpha2");

  @Test
  void aRunIsToldAtWhichHostItGoesOn() {
    ObjectNode patch = JsonNodeFactory.instance.objectNode().put("host", HOST.toString());
    assertThat(DecisionDelivery.told(resume(patch)).host()).isEqualTo(HOST);
    assertThat(DecisionDelivery.told(resume(patch)).patched()).isTrue();
  }

  @Test
  void aPatchMayLeaveTheChoice() {
    ObjectNode site = JsonNodeFactory.instance.objectNode();
    site.put("site", UUID.randomUUID().toString()).putNull("host");
    assertThat(DecisionDelivery.told(resume(site)).host()).isNull();
    assertThat(DecisionDelivery.told(resume(null)).host()).isNull();
    assertThat(DecisionDelivery.told(resume(null)).patched()).isFalse();
  }

  private static DecisionRow resume(@Nullable ObjectNode patch) {
    UUID id = UUID.randomUUID();
    return new DecisionRow(id, id, id, JobVerb.RESUME, null, patch, "tester", Instant.EPOCH, null);
  }
}
