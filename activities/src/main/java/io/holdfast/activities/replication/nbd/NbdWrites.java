package io.holdfast.activities.replication.nbd;

import com.sun.jna.Memory;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Writes in flight; for one thread. Ranges must not overlap between two calls of {@link
 * #landAll()}: a server may write in any order.
 */
public final class NbdWrites implements AutoCloseable {
  /** An NBD request counts in 32 bits; QEMU takes less for zeros that it must write. */
  private static final long MOST_ZEROS = 1L << 30;

  private final NbdConnection connection;
  private final int largest;
  private final Deque<Memory> free = new ArrayDeque<>();
  private final Deque<Flight> flights = new ArrayDeque<>();

  /** {@code largest}: bytes of the longest write. */
  public NbdWrites(NbdConnection connection, int largest) {
    this.connection = connection;
    this.largest = largest;
  }

  /** Begins to write; waits when as many as may are in flight. */
  public void write(long offset, byte[] bytes, int length) throws NbdException {
    makeRoom();
    Memory buffer = free.isEmpty() ? new Memory(largest) : free.pop();
    buffer.write(0, bytes, 0, length);
    flights.add(new Flight(connection.write(buffer, length, offset), buffer));
  }

  /** Begins to make a range read as zeros, without keeping room for it. */
  public void zero(long offset, long length) throws NbdException {
    long at = offset;
    while (at < offset + length) {
      long count = Math.min(MOST_ZEROS, offset + length - at);
      makeRoom();
      flights.add(new Flight(connection.zero(count, at), null));
      at += count;
    }
  }

  /** Returns when all that was begun is written: a flush from now on makes it durable. */
  public void landAll() throws NbdException {
    while (!flights.isEmpty()) {
      land();
    }
  }

  /** Returns when all that was begun is durable. */
  public void sync() throws NbdException {
    landAll();
    connection.flush();
  }

  private void makeRoom() throws NbdException {
    while (flights.size() >= NbdReads.DEPTH) {
      land();
    }
  }

  private void land() throws NbdException {
    Flight flight = flights.element();
    connection.await(flight.request());
    flights.remove();
    if (flight.buffer() != null) {
      free.push(flight.buffer());
    }
  }

  /** Closes the connection, which ends what is in flight, and then gives the buffers back. */
  @Override
  public void close() {
    connection.close();
    for (Flight flight : flights) {
      if (flight.buffer() != null) {
        flight.buffer().close();
      }
    }
    free.forEach(Memory::close);
  }

  private record Flight(long request, @Nullable Memory buffer) {}
}
