package io.holdfast.workflows.seal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.temporal.api.common.v1.Payload;
import io.temporal.common.converter.CodecDataConverter;
import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.DefaultDataConverter;
import io.temporal.payload.codec.PayloadCodec;
import java.util.List;

/**
 * Seals every payload that goes to Temporal: arguments, results, details and messages of failures,
 * heartbeats, signals. What was written before there was a codec, or by hand, is read as it is.
 */
public final class SealingCodec implements PayloadCodec {
  /** The names of Temporal's own samples, which other tools know. */
  public static final String ENCODING = "binary/encrypted";

  static final String KEY_ID = "encryption-key-id";
  private static final String ENCODING_KEY = "encoding";
  private static final String CONTEXT = "temporal-payload";

  private final Keyring keyring;

  public SealingCodec(Keyring keyring) {
    this.keyring = keyring;
  }

  /** The converter of every client of ours: JSON, sealed; messages of failures too. */
  public static DataConverter converter(Keyring keyring) {
    return new CodecDataConverter(
        DefaultDataConverter.newDefaultInstance(), List.of(new SealingCodec(keyring)), true);
  }

  @Override
  public List<Payload> encode(List<Payload> payloads) {
    return payloads.stream().map(this::seal).toList();
  }

  @Override
  public List<Payload> decode(List<Payload> payloads) {
    return payloads.stream().map(this::open).toList();
  }

  private Payload seal(Payload payload) {
    Sealed sealed = keyring.seal(payload.toByteArray(), CONTEXT);
    return Payload.newBuilder()
        .putMetadata(ENCODING_KEY, ByteString.copyFromUtf8(ENCODING))
        .putMetadata(KEY_ID, ByteString.copyFromUtf8(sealed.keyId()))
        .setData(ByteString.copyFrom(sealed.bytes()))
        .build();
  }

  private Payload open(Payload payload) {
    if (!ENCODING.equals(metadata(payload, ENCODING_KEY))) {
      return payload;
    }
    Sealed sealed = new Sealed(metadata(payload, KEY_ID), payload.getData().toByteArray());
    try {
      return Payload.parseFrom(keyring.open(sealed, CONTEXT));
    } catch (InvalidProtocolBufferException e) {
      throw new SealException("What key " + sealed.keyId() + " opened is no payload");
    }
  }

  private static String metadata(Payload payload, String name) {
    return payload.getMetadataOrDefault(name, ByteString.EMPTY).toStringUtf8();
  }
}
