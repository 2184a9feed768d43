package io.holdfast.engine.seal;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.engine.db.SealedSecrets;
import io.holdfast.workflows.seal.Keyring;
import io.holdfast.workflows.seal.Sealed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Seals an instance's secrets for its rows. They open for that instance alone. */
public final class SecretSeal {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Keyring keyring;

  public SecretSeal(Keyring keyring) {
    this.keyring = keyring;
  }

  /** Null when there is nothing to hide. */
  public @Nullable SealedSecrets seal(UUID instance, InstanceSecrets secrets) {
    if (secrets.equals(InstanceSecrets.NONE)) {
      return null;
    }
    try {
      Sealed sealed = keyring.seal(JSON.writeValueAsBytes(secrets), context(instance));
      return new SealedSecrets(sealed.keyId(), Base64.getEncoder().encodeToString(sealed.bytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // strings have a form in JSON
    }
  }

  /** Throws {@link io.holdfast.workflows.seal.SealException}, which names the key. */
  public InstanceSecrets open(UUID instance, @Nullable SealedSecrets secrets) {
    if (secrets == null) {
      return InstanceSecrets.NONE;
    }
    Sealed sealed = new Sealed(secrets.key(), Base64.getDecoder().decode(secrets.data()));
    try {
      return JSON.readValue(keyring.open(sealed, context(instance)), InstanceSecrets.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // what we sealed is what we read
    }
  }

  /** The id of the key that seals now. */
  String sealingKey() {
    return keyring.sealingKey();
  }

  private static String context(UUID instance) {
    return "instance-secrets:" + instance;
  }
}
