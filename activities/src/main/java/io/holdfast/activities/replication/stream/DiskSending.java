package io.holdfast.activities.replication.stream;

import io.holdfast.activities.replication.DiskScan;
import io.holdfast.activities.replication.leaves.Leaf;
import io.holdfast.activities.replication.leaves.Manifest;
import io.holdfast.activities.worker.Beat;
import io.holdfast.workflows.model.StreamMark;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;

/**
 * Sends what the receiver lacks of a disk, from an offset on, in ascending order. First sync, delta
 * and resync differ only in which leaves are looked at and what the receiver is known to have.
 */
final class DiskSending {
  /**
   * A mark after so many bytes, one more while its answer is awaited: a cut costs 64 MiB at most.
   */
  private static final long MARK_BYTES = 32L << 20;

  private static final int MOST_MARKS = 1;

  private final Outlet outlet;
  private final List<Bandwidth> bandwidths;
  private final DiskSource source;
  private final Manifest known;
  private final Manifest next;
  private final Tally tally;
  private final Deque<Frame.Mark> marks = new ArrayDeque<>();
  private long position;
  private long sinceMark;
  private boolean waitingSame;
  private long waiting;

  /**
   * @param bandwidths that it keeps to
   * @param known what the receiver has
   * @param next what the disk has; filled here
   * @param from what the receiver said when it was ready
   */
  DiskSending(
      Outlet outlet,
      List<Bandwidth> bandwidths,
      DiskSource source,
      Manifest known,
      Manifest next,
      Frame.Ready from) {
    this.outlet = outlet;
    this.bandwidths = bandwidths;
    this.source = source;
    this.known = known;
    this.next = next;
    position = from.offset();
    tally = new Tally(from.counts());
  }

  /** Returns what the receiver answered to the end. */
  Frame.End run(ExecutorService pool) throws IOException {
    BitSet leaves = (BitSet) source.looked().clone();
    leaves.and(source.data());
    leaves.clear(0, Leaf.count(position));
    DiskScan.run(source.disk(), leaves, pool, this::compare, this::take);
    gap(next.bytes());
    flushRun();
    outlet.send(new Frame.End(tally.counts(position), next.root()));
    next.sync(); // while the receiver makes its end durable
    while (true) {
      Frame answer = outlet.next();
      if (answer instanceof Frame.End end) {
        return end;
      }
      landed(answer);
    }
  }

  private java.util.concurrent.Callable<Parts> compare(long offset, byte[] bytes)
      throws IOException {
    int first = (int) (offset / Leaf.SIZE);
    byte[] there = known.hashes(first, Leaf.count(bytes.length));
    return () -> Parts.of(offset, bytes, there);
  }

  private void take(Parts parts) throws IOException {
    gap(parts.offset());
    next.put((int) (parts.offset() / Leaf.SIZE), parts.hashes());
    for (Frame frame : parts.frames()) {
      if (frame instanceof Frame.Data data) {
        flushRun();
        bandwidths.forEach(each -> each.take(FrameMarshaller.length(data)));
        tally.wire(FrameMarshaller.length(data));
        outlet.send(data);
        position = data.offset() + data.length();
        sinceMark += data.length();
      } else if (frame instanceof Frame.Zero zero) {
        tally.zero(zero.length());
        run(false, zero.length());
      } else if (frame instanceof Frame.Same same) {
        tally.same(same.length());
        run(true, same.length());
      }
    }
    if (sinceMark >= MARK_BYTES) {
      mark();
    }
  }

  /** What was not read, up to there: unchanged, or zeros. */
  private void gap(long to) throws IOException {
    long at = position + waiting;
    while (at < to) {
      int leaf = (int) (at / Leaf.SIZE);
      if (!source.looked().get(leaf)) {
        int changed = source.looked().nextSetBit(leaf);
        long end = changed < 0 ? to : Math.min(to, (long) changed * Leaf.SIZE);
        tally.same(end - at);
        run(true, end - at);
        at = end;
      } else {
        int length = Leaf.length(leaf, next.bytes());
        next.putZeros(leaf, 1);
        tally.zero(length);
        run(known.isZero(leaf), length);
        at += length;
      }
    }
  }

  /** Runs of the same kind become one frame, however long. */
  private void run(boolean same, long length) {
    if (waiting > 0 && waitingSame != same) {
      flushRun();
    }
    waitingSame = same;
    waiting += length;
  }

  private void flushRun() {
    if (waiting == 0) {
      return;
    }
    Frame frame =
        waitingSame ? new Frame.Same(position, waiting) : new Frame.Zero(position, waiting);
    tally.wire(FrameMarshaller.length(frame));
    outlet.send(frame);
    position += waiting;
    waiting = 0;
  }

  /** Only what {@code next} would still have after a crash is marked. */
  private void mark() throws IOException {
    flushRun();
    next.flush();
    Frame.Mark mark = new Frame.Mark(position, tally.counts(position));
    outlet.send(mark);
    marks.add(mark);
    sinceMark = 0;
    for (Frame answer = outlet.poll(); answer != null; answer = outlet.poll()) {
      landed(answer);
    }
    while (marks.size() > MOST_MARKS) {
      landed(outlet.next());
    }
  }

  private void landed(Frame answer) throws IOException {
    if (!(answer instanceof Frame.Mark mark)
        || marks.isEmpty()
        || marks.remove().offset() != mark.offset()) {
      throw new ProtocolException("The receiver answered with what nobody asked for");
    }
    Beat.current().progress(new StreamMark(mark.offset(), next.bytes(), mark.counts()));
  }

  /** A chunk in frames, each for leaves of one kind. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Parts(long offset, byte[] hashes, List<Frame> frames) {
    static Parts of(long offset, byte[] bytes, byte[] there) {
      byte[] hashes = Leaf.hashes(bytes, bytes.length);
      List<Frame> frames = new ArrayList<>();
      int leaves = hashes.length / Leaf.HASH;
      for (int from = 0, to; from < leaves; from = to) {
        Kind kind = Kind.of(hashes, there, from);
        to = from + 1;
        while (to < leaves && Kind.of(hashes, there, to) == kind) {
          to++;
        }
        int start = from * Leaf.SIZE;
        int end = Math.min(to * Leaf.SIZE, bytes.length);
        long at = offset + start;
        frames.add(
            switch (kind) {
              case SAME -> new Frame.Same(at, end - start);
              case ZERO -> new Frame.Zero(at, end - start);
              case DATA ->
                  Codec.pack(
                      at,
                      leaves == to - from ? bytes : java.util.Arrays.copyOfRange(bytes, start, end),
                      java.util.Arrays.copyOfRange(hashes, from * Leaf.HASH, to * Leaf.HASH));
            });
      }
      return new Parts(offset, hashes, frames);
    }
  }

  private enum Kind {
    SAME,
    ZERO,
    DATA;

    static Kind of(byte[] hashes, byte[] there, int leaf) {
      int at = leaf * Leaf.HASH;
      if (java.util.Arrays.equals(hashes, at, at + Leaf.HASH, there, at, at + Leaf.HASH)) {
        return SAME;
      }
      return Leaf.isZero(hashes, at) ? ZERO : DATA;
    }
  }
}
