package io.holdfast.engine.seal;

import io.holdfast.workflows.seal.Keyring;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** Keys for tests: one id, one key, whoever asks. */
public final class TestKeys {
  private TestKeys() {}

  public static SecretSeal seal() {
    return new SecretSeal(keyring());
  }

  /** The first of {@code ids} seals; "test" when there are none. */
  public static Keyring keyring(String... ids) {
    Map<String, SecretKey> keys = new LinkedHashMap<>();
    for (String id : ids.length == 0 ? new String[] {"test"} : ids) {
      byte[] bytes = Arrays.copyOf(id.getBytes(StandardCharsets.UTF_8), 32);
      keys.put(id, new SecretKeySpec(bytes, "AES"));
    }
    return new Keyring(keys);
  }
}
