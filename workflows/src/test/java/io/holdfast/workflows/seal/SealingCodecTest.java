package io.holdfast.workflows.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.failure.v1.Failure;
import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.DefaultDataConverter;
import io.temporal.failure.ApplicationFailure;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Temporal gets to see, and who can read it. */
class SealingCodecTest {
  private static final String SECRET = "a secret of some length";

  /** Keys whose bytes are their number; the first seals. */
  static Keyring keyring(int... numbers) {
    Map<String, SecretKey> keys = new LinkedHashMap<>();
    for (int number : numbers) {
      byte[] bytes = new byte[32];
      java.util.Arrays.fill(bytes, (byte) number);
      keys.put("k" + number, new SecretKeySpec(bytes, "AES"));
    }
    return new Keyring(keys);
  }

  private static Payload seal(Keyring keyring) {
    return SealingCodec.converter(keyring).toPayload(SECRET).orElseThrow();
  }

  private static String open(Keyring keyring, Payload payload) {
    return SealingCodec.converter(keyring).fromPayload(payload, String.class, String.class);
  }

  @Test
  void whatIsSealedIsReadAgainAndShowsItsKeyAlone() {
    Payload sealed = seal(keyring(1));
    assertThat(sealed.getMetadataMap())
        .containsOnlyKeys("encoding", "encryption-key-id")
        .containsValue(ByteString.copyFromUtf8("k1"));
    assertThat(sealed.toString()).doesNotContain(SECRET.substring(0, 8));
    assertThat(open(keyring(1), sealed)).isEqualTo(SECRET);
    assertThat(seal(keyring(1))).isNotEqualTo(sealed); // a new nonce each time
  }

  @Test
  void aNewKeySealsAndTheOldOneStillOpens() {
    Payload old = seal(keyring(1));
    assertThat(open(keyring(2, 1), old)).isEqualTo(SECRET);
    assertThat(open(keyring(1, 2), seal(keyring(2, 1)))).isEqualTo(SECRET);
  }

  @Test
  void aMissingKeyIsNamed() {
    Payload sealed = seal(keyring(1));
    assertThatThrownBy(() -> open(keyring(2, 3), sealed))
        .isInstanceOf(KeyMissingException.class)
        .hasMessage(
            "Encrypted with key k1, which is not in this process's key file; it has k2, k3");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 11, 12, 30, -1})
  void aChangedByteIsSeen(int position) {
    Payload sealed = seal(keyring(1));
    byte[] bytes = sealed.getData().toByteArray();
    bytes[position < 0 ? bytes.length - 1 : position] ^= 1;
    Payload changed = sealed.toBuilder().setData(ByteString.copyFrom(bytes)).build();
    assertThatThrownBy(() -> open(keyring(1), changed))
        .isInstanceOf(SealException.class)
        .hasMessageContaining("a key named k1");
  }

  @Test
  void whatIsTooShortIsSeen() {
    Payload cut = seal(keyring(1)).toBuilder().setData(ByteString.copyFromUtf8("short")).build();
    assertThatThrownBy(() -> open(keyring(1), cut)).isInstanceOf(SealException.class);
  }

  @Test
  void anotherKeyOfTheSameNameIsSeen() {
    Keyring other = new Keyring(Map.of("k1", new SecretKeySpec(new byte[32], "AES")));
    assertThatThrownBy(() -> open(other, seal(keyring(1)))).isInstanceOf(SealException.class);
  }

  @Test
  void whatWasSealedForOnePlaceDoesNotOpenInAnother() {
    Sealed sealed = keyring(1).seal(new byte[] {1, 2, 3}, "here");
    assertThat(keyring(1).open(sealed, "here")).containsExactly(1, 2, 3);
    assertThatThrownBy(() -> keyring(1).open(sealed, "there")).isInstanceOf(SealException.class);
  }

  @Test
  void payloadsFromBeforeTheSealAreRead() {
    Payload clear = DefaultDataConverter.newDefaultInstance().toPayload(SECRET).orElseThrow();
    assertThat(open(keyring(1), clear)).isEqualTo(SECRET);
  }

  @Test
  void messagesAndDetailsOfFailuresAreSealed() {
    DataConverter converter = SealingCodec.converter(keyring(1));
    Failure failure =
        converter.exceptionToFailure(
            ApplicationFailure.newFailure(SECRET, "TYPE", "detail: " + SECRET));
    assertThat(failure.toString()).doesNotContain(SECRET).contains("TYPE");

    ApplicationFailure read = (ApplicationFailure) converter.failureToException(failure);
    assertThat(read.getOriginalMessage()).isEqualTo(SECRET);
    assertThat(read.getDetails().get(0, String.class)).isEqualTo("detail: " + SECRET);
  }
}
