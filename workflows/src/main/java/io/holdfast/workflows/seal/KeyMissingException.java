package io.holdfast.workflows.seal;

import java.util.Collection;

/** This process does not have the key: an operator mends it, and the same call then succeeds. */
public final class KeyMissingException extends SealException {
  private static final long serialVersionUID = 1L;

  KeyMissingException(String keyId, Collection<String> known) {
    super(
        "Encrypted with key %s, which is not in this process's key file; it has %s"
            .formatted(keyId, String.join(", ", known)));
  }
}
