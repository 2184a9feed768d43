package io.holdfast.config;

import jakarta.validation.constraints.NotBlank;

/**
 * The keys that seal payloads and secrets.
 *
 * @param keyFile see {@link KeyFile}; "/etc/holdfast/keys" unless told
 */
public record EncryptionSettings(@NotBlank String keyFile) {
  /** What holds when the settings do not speak of encryption. There is no way to do without. */
  public static final EncryptionSettings DEFAULT = new EncryptionSettings("/etc/holdfast/keys");
}
