package io.holdfast.activities.replication.nbd;

import com.sun.jna.Memory;
import java.util.ArrayDeque;
import java.util.Deque;

/** Reads in flight, delivered in the order in which they were begun; for one thread. */
public final class NbdReads implements AutoCloseable {
  /** With 10 ms of latency one read at a time gives 23 MiB/s, 32 give 623. */
  public static final int DEPTH = 32;

  private final NbdConnection connection;
  private final int largest;
  private final Deque<Memory> free = new ArrayDeque<>();
  private final Deque<Flight> flights = new ArrayDeque<>();

  /** {@code largest}: bytes of the longest read. */
  public NbdReads(NbdConnection connection, int largest) {
    this.connection = connection;
    this.largest = largest;
  }

  /** True when another read may begin. */
  public boolean hasRoom() {
    return flights.size() < DEPTH;
  }

  public boolean isEmpty() {
    return flights.isEmpty();
  }

  public void begin(long offset, int length) throws NbdException {
    Memory buffer = free.isEmpty() ? new Memory(largest) : free.pop();
    flights.add(new Flight(connection.read(buffer, length, offset), buffer, length));
  }

  /** What the earliest read that was not taken yet has read. */
  public byte[] take() throws NbdException {
    Flight flight = flights.element();
    connection.await(flight.request());
    flights.remove();
    byte[] bytes = new byte[flight.length()];
    flight.buffer().read(0, bytes, 0, bytes.length);
    free.push(flight.buffer());
    return bytes;
  }

  /** Closes the connection, which ends what is in flight, and then gives the buffers back. */
  @Override
  public void close() {
    connection.close();
    flights.forEach(flight -> flight.buffer().close());
    free.forEach(Memory::close);
  }

  private record Flight(long request, Memory buffer, int length) {}
}
