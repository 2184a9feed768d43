package io.holdfast.workflows.model;

import java.util.List;

/**
 * What was written to a disk and never copied, in leaves of 64 KiB.
 *
 * @param bytes in all
 * @param ranges that are next to no other one
 * @param first of the ranges, in order, {@link #MOST} at most
 */
public record LostWrites(long bytes, int ranges, List<ByteRange> first) {
  /** So many ranges are named. */
  public static final int MOST = 64;

  /** A part of a disk. */
  public record ByteRange(long offset, long length) {}
}
