package io.holdfast.activities.replication.stream;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.holdfast.activities.replication.leaves.Leaf;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.Arrays;

/** Packs and proves the bytes of {@link Frame.Data}. */
final class Codec {
  /** The fastest level with an entropy stage; higher ones gain little on disks. */
  private static final int LEVEL = 1;

  /** What gains less than 6 % is sent as it is. */
  private static final double WORTH = 0.94;

  /** This much of a frame says whether the rest is worth it. */
  private static final int PROBE = 16 << 10;

  private static final ThreadLocal<ZstdCompressCtx> PACKER =
      ThreadLocal.withInitial(() -> new ZstdCompressCtx().setLevel(LEVEL));
  private static final ThreadLocal<ZstdDecompressCtx> UNPACKER =
      ThreadLocal.withInitial(ZstdDecompressCtx::new);

  private Codec() {}

  /** {@code bytes} holds whole leaves (the last of a disk may be short) with these hashes. */
  static Frame.Data pack(long offset, byte[] bytes, byte[] hashes) {
    byte[] hash = Leaf.digest().digest(hashes);
    ZstdCompressCtx packer = PACKER.get();
    if (isWorth(packer, bytes)) {
      byte[] target = new byte[(int) Zstd.compressBound(bytes.length)];
      int packed = packer.compressByteArray(target, 0, target.length, bytes, 0, bytes.length);
      if (packed < bytes.length * WORTH) {
        return new Frame.Data(
            offset, bytes.length, Frame.ZSTD, hash, Arrays.copyOf(target, packed));
      }
    }
    return new Frame.Data(offset, bytes.length, Frame.PLAIN, hash, bytes);
  }

  private static boolean isWorth(ZstdCompressCtx packer, byte[] bytes) {
    int probe = Math.min(PROBE, bytes.length);
    byte[] target = new byte[(int) Zstd.compressBound(probe)];
    return packer.compressByteArray(target, 0, target.length, bytes, 0, probe) < probe * WORTH;
  }

  /**
   * The frame's bytes with the hashes of their leaves; an IOException when they are not its own.
   */
  static Proven prove(Frame.Data frame) throws IOException {
    byte[] bytes = unpack(frame);
    byte[] hashes = Leaf.hashes(bytes, bytes.length);
    if (!MessageDigest.isEqual(Leaf.digest().digest(hashes), frame.hash())) {
      throw new ProtocolException(
          "The data at " + frame.offset() + " do not have the hash that they came with");
    }
    return new Proven(frame.offset(), bytes, hashes);
  }

  private static byte[] unpack(Frame.Data frame) throws ProtocolException {
    byte[] bytes = frame.bytes();
    if (frame.codec() == Frame.ZSTD) {
      bytes = new byte[frame.length()];
      try {
        int length =
            UNPACKER
                .get()
                .decompressByteArray(
                    bytes, 0, bytes.length, frame.bytes(), 0, frame.bytes().length);
        bytes = length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
      } catch (ZstdException garbled) {
        throw new ProtocolException(
            "The data at " + frame.offset() + " cannot be unpacked: " + garbled.getMessage());
      }
    } else if (frame.codec() != Frame.PLAIN) {
      throw new ProtocolException("There is no codec " + frame.codec());
    }
    if (bytes.length != frame.length()) {
      throw new ProtocolException(
          "The data at %d are %d bytes, not %d"
              .formatted(frame.offset(), bytes.length, frame.length()));
    }
    return bytes;
  }

  /** Data whose hash was right. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Proven(long offset, byte[] bytes, byte[] hashes) {}
}
