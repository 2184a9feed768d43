package io.holdfast.engine.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.SealedSecrets;
import io.holdfast.workflows.seal.KeyMissingException;
import io.holdfast.workflows.seal.SealException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Secrets in rows, through a change of keys. */
class ResealingTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final InstanceSecrets SECRETS =
      new InstanceSecrets(List.of("ssh-ed25519 AAA"), "#cloud-config");

  private final Inventory inventory = new Inventory(POSTGRES.database());

  private UUID instance() {
    return inventory.instance(inventory.image(ImageState.AVAILABLE), List.of()).targetId();
  }

  private void write(UUID id, JsonNode secrets) {
    ObjectNode spec = JSON.createObjectNode();
    spec.put("vcpus", 1).put("memoryMiB", 128).put("guestTimeoutSeconds", 60);
    spec.putArray("diskGiB").add(1);
    spec.setAll((ObjectNode) secrets);
    POSTGRES.database().daos().seals().setSpec(id, spec);
  }

  private static ObjectNode sealed(UUID id, SecretSeal seal) {
    return JSON.createObjectNode().set("secrets", JSON.valueToTree(seal.seal(id, SECRETS)));
  }

  private SealedSecrets stored(UUID id) {
    SealedSecrets secrets =
        POSTGRES.database().daos().instances().findById(id).orElseThrow().spec().secrets();
    return java.util.Objects.requireNonNull(secrets);
  }

  private static SecretSeal with(String... keys) {
    return new SecretSeal(TestKeys.keyring(keys));
  }

  @Test
  void whatTheOldKeySealedIsSealedAnew() {
    List<UUID> ids = java.util.stream.Stream.generate(this::instance).limit(3).toList();
    ids.forEach(id -> write(id, sealed(id, with("old"))));

    assertThat(new Resealing(POSTGRES.database(), with("new", "old")).run()).isEqualTo(3);
    for (UUID id : ids) {
      assertThat(stored(id).key()).isEqualTo("new");
      assertThat(with("new").open(id, stored(id))).isEqualTo(SECRETS);
    }
    assertThat(new Resealing(POSTGRES.database(), with("new", "old")).run()).isZero();
    new Resealing(POSTGRES.database(), with("test", "new")).run(); // for the other tests
  }

  @Test
  void whatWasAcceptedInClearIsSealed() {
    UUID id = instance();
    write(id, JSON.valueToTree(SECRETS));

    assertThat(new Resealing(POSTGRES.database(), TestKeys.seal()).run()).isEqualTo(1);
    assertThat(TestKeys.seal().open(id, stored(id))).isEqualTo(SECRETS);
  }

  @Test
  void aLostKeyKeepsNothingElseFromBeingSealed() {
    UUID lost = instance();
    UUID other = instance();
    write(lost, sealed(lost, with("lost")));
    write(other, sealed(other, with("old")));

    assertThat(new Resealing(POSTGRES.database(), with("test", "old")).run()).isEqualTo(1);
    assertThat(stored(other).key()).isEqualTo("test");
    assertThat(stored(lost).key()).isEqualTo("lost");
    assertThatThrownBy(() -> TestKeys.seal().open(lost, stored(lost)))
        .isInstanceOf(KeyMissingException.class)
        .hasMessageContaining("key lost");
  }

  @Test
  void secretsOpenForTheirInstanceAlone() {
    SealedSecrets sealed =
        java.util.Objects.requireNonNull(TestKeys.seal().seal(UUID.randomUUID(), SECRETS));
    assertThatThrownBy(() -> TestKeys.seal().open(UUID.randomUUID(), sealed))
        .isInstanceOf(SealException.class);
    assertThat(TestKeys.seal().seal(UUID.randomUUID(), InstanceSecrets.NONE)).isNull();
  }
}
