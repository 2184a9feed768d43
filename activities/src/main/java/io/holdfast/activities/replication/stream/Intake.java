package io.holdfast.activities.replication.stream;

import io.holdfast.activities.replication.leaves.Manifest;
import java.io.IOException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What takes one stream in. Called by one thread at a time, with what was proven and in ascending
 * order. A failure ends the stream; what was marked stays.
 */
public interface Intake extends AutoCloseable {
  /** The most bytes that come at once. */
  int MOST_BYTES = 1 << 20;

  /** The answer to the header. */
  Frame.Ready ready();

  /** The leaves to tell the sender, or null. */
  @Nullable Manifest leaves();

  /** Whole leaves and their hashes. */
  void data(long offset, byte[] bytes, byte[] hashes) throws IOException;

  void zero(long offset, long length) throws IOException;

  /** Begins to make all up to here durable; completes once it is, on another thread. */
  CompletionStage<Void> mark(Frame.Mark mark) throws IOException;

  /** Returns the root once all of it is durable. */
  String end(Frame.End end) throws IOException;

  /** What the sender is to know of a failure of these calls. */
  Exception told(IOException failed);

  /** Lets go of the replica; more calls fail. */
  @Override
  void close();

  /** Decides who may come in. */
  @FunctionalInterface
  interface Door {
    /** Fails with REPLICA_REFUSED, STORAGE_FULL, or an IOException. */
    Intake open(Frame.Header header) throws IOException;
  }
}
