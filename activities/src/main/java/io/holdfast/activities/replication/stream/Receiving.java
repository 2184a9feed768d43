package io.holdfast.activities.replication.stream;

import io.holdfast.activities.replication.DiskScan;
import io.holdfast.activities.replication.leaves.Leaf;
import io.holdfast.activities.replication.leaves.Manifest;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * One stream at its receiver: holds each frame against the rules before anything of it is written.
 * Data are unpacked and hashed in a pool, and written in order.
 */
final class Receiving implements AutoCloseable {
  private static final int MOST_WORKING = 16;

  private final Intake.Door door;
  private final ExecutorService pool;
  private final Answers answers;
  private final Deque<Future<Codec.Proven>> working = new ArrayDeque<>();
  private @Nullable Intake intake;
  private long bytes;
  private long position;

  Receiving(Intake.Door door, ExecutorService pool, Answers answers) {
    this.door = door;
    this.pool = pool;
    this.answers = answers;
  }

  void take(Frame frame) throws IOException {
    Intake open = intake;
    if (open == null) {
      open(frame);
    } else if (frame instanceof Frame.Data data) {
      advance(data.offset(), data.length());
      if (data.length() > Intake.MOST_BYTES) {
        throw new ProtocolException("A frame of " + data.length() + " bytes is too long");
      }
      working.add(pool.submit(() -> Codec.prove(data)));
      write(open, MOST_WORKING);
    } else if (frame instanceof Frame.Zero zero) {
      advance(zero.offset(), zero.length());
      write(open, 0);
      open.zero(zero.offset(), zero.length());
    } else if (frame instanceof Frame.Same same) {
      advance(same.offset(), same.length());
    } else if (frame instanceof Frame.Mark mark) {
      mark(open, mark);
    } else if (frame instanceof Frame.End end) {
      end(open, end);
    } else {
      throw new ProtocolException("Not a sender's frame: " + frame.getClass().getSimpleName());
    }
  }

  private void open(Frame first) throws IOException {
    if (!(first instanceof Frame.Header header)) {
      throw new ProtocolException("The first frame must be the header");
    }
    if (header.leafBytes() != Leaf.SIZE || header.bytes() < 1) {
      throw new ProtocolException("Leaves are of 65536 bytes, and a disk has at least one byte");
    }
    Intake open = door.open(header);
    intake = open;
    bytes = header.bytes();
    position = open.ready().offset();
    answers.tell(open.ready());
    Manifest leaves = open.leaves();
    if (leaves != null) {
      tell(leaves);
    }
  }

  private void tell(Manifest leaves) throws IOException {
    for (int first = 0; first < leaves.leaves(); first += Manifest.NODE) {
      int count = Math.min(Manifest.NODE, leaves.leaves() - first);
      byte[] hashes = leaves.hashes(first, count);
      for (int i = 0; i < count; i++) {
        if (!Leaf.isZero(hashes, i * Leaf.HASH)) {
          answers.tell(new Frame.Leaves(first, hashes));
          break;
        }
      }
    }
    answers.tell(new Frame.Leaves(leaves.leaves(), new byte[0]));
  }

  /** Frames tile the disk, so where the next one begins is known. */
  private void advance(long offset, long length) throws ProtocolException {
    if (offset != position) {
      throw new ProtocolException("A frame at " + offset + " where " + position + " is next");
    }
    if (length < 1 || length > bytes - offset) {
      throw new ProtocolException(
          "A frame of %d bytes at %d of a disk of %d".formatted(length, offset, bytes));
    }
    if (length % Leaf.SIZE != 0 && offset + length != bytes) {
      throw new ProtocolException("A frame of " + length + " bytes, which are no whole leaves");
    }
    position = offset + length;
  }

  private void write(Intake open, int mayWait) throws IOException {
    while (working.size() > mayWait) {
      Codec.Proven proven = DiskScan.result(working.remove());
      open.data(proven.offset(), proven.bytes(), proven.hashes());
    }
  }

  private void mark(Intake open, Frame.Mark mark) throws IOException {
    if (mark.offset() != position) {
      throw new ProtocolException("A mark at " + mark.offset() + " where " + position + " is next");
    }
    write(open, 0);
    open.mark(mark).whenComplete((durable, failed) -> landed(mark, failed));
  }

  private void landed(Frame.Mark mark, @Nullable Throwable failed) {
    if (failed == null) {
      answers.tell(mark);
    } else {
      Throwable cause = failed.getCause();
      answers.refuse(told(cause instanceof IOException known ? known : new IOException(failed)));
    }
  }

  /** What the sender is to know of a failure to take a frame. */
  Exception told(Exception refused) {
    Intake open = intake;
    return open != null && refused instanceof IOException failed ? open.told(failed) : refused;
  }

  private void end(Intake open, Frame.End end) throws IOException {
    if (position != bytes) {
      throw new ProtocolException("The stream ends at " + position + " of " + bytes + " bytes");
    }
    write(open, 0);
    String root = open.end(end);
    close();
    answers.complete(new Frame.End(end.counts(), root));
  }

  @Override
  public void close() {
    Intake open = intake;
    if (open != null) {
      open.close();
    }
  }
}
