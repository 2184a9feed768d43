package io.holdfast.activities.replication.stream;

import io.holdfast.workflows.model.StreamCounts;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What two host workers say to each other about one disk. The sender begins with a {@link Header};
 * the receiver answers {@link Ready}, and {@link Leaves} when those were asked for. Then {@link
 * Data}, {@link Zero} and {@link Same} tile the rest of the disk without gap or overlap. The
 * receiver answers each {@link Mark} once all before it is durable, and the {@link End} with its
 * own one.
 */
public sealed interface Frame {
  /** Of {@link Data}: the bytes as they are. */
  int PLAIN = 0;

  /** Of {@link Data}: one zstd frame. */
  int ZSTD = 1;

  /**
   * The first frame.
   *
   * @param token that the receiver's workflow was given
   * @param replica {@code <instance>-<disk>-<point>}
   * @param view names the frozen view; a mark of another view means nothing
   * @param bytes of the disk
   * @param leafBytes 65536
   * @param baseRoot of the replica that this one starts from; null without one
   * @param resume false when the sender cannot go on behind a mark
   * @param leaves true when the sender needs to be told the receiver's leaves
   * @param expected bytes of data that may have to be written, as far as the sender knows
   */
  record Header(
      String token,
      String replica,
      UUID view,
      long bytes,
      int leafBytes,
      @Nullable String baseRoot,
      boolean resume,
      boolean leaves,
      long expected)
      implements Frame {}

  /**
   * Whole leaves of the disk.
   *
   * @param codec {@link #PLAIN} or {@link #ZSTD}
   * @param hash SHA-256 over the hashes of the frame's leaves
   * @param bytes at most 1 MiB when unpacked
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Data(long offset, int length, int codec, byte[] hash, byte[] bytes) implements Frame {}

  /** Reads as zeros. */
  record Zero(long offset, long length) implements Frame {}

  /** Is at the receiver already. */
  record Same(long offset, long length) implements Frame {}

  /** Up to this offset; the receiver sends it back. */
  record Mark(long offset, StreamCounts counts) implements Frame {}

  /** All of it; the receiver sends it back with its own root. */
  record End(StreamCounts counts, String root) implements Frame {}

  /**
   * Go on from this offset.
   *
   * @param leaves true when the receiver's leaves follow, and what is sent must be judged by them
   */
  record Ready(long offset, StreamCounts counts, boolean leaves) implements Frame {}

  /** The receiver's leaves from this one on; none after the last. Those not sent are zeros. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Leaves(int first, byte[] hashes) implements Frame {}
}
