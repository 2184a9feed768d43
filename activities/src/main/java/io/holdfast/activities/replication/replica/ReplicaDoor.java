package io.holdfast.activities.replication.replica;

import io.holdfast.activities.replication.stream.Frame;
import io.holdfast.activities.replication.stream.Intake;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.ReplicaSpec;
import io.holdfast.workflows.model.StreamCounts;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lets streams in to the replicas that wait for one. A newer connection of the same stream takes it
 * over: the older one may be half dead.
 */
@SuppressWarnings("try") // a lock is held, not used
final class ReplicaDoor implements Intake.Door {
  private static final StreamCounts NOTHING = new StreamCounts(0, 0, 0, 0);

  private final OpenReplicas open;
  private final Stagings stagings;
  private final ReplicaReader reader;
  private final ConcurrentHashMap<String, Intake> inside = new ConcurrentHashMap<>();
  private final KeyedLocks locks = new KeyedLocks();

  ReplicaDoor(OpenReplicas open, Stagings stagings, ReplicaReader reader) {
    this.open = open;
    this.stagings = stagings;
    this.reader = reader;
  }

  @Override
  public Intake open(Frame.Header header) throws IOException {
    try (KeyedLocks.Held held = locks.lock(header.replica())) {
      return enter(header);
    }
  }

  private Intake enter(Frame.Header header) throws IOException {
    ReplicaSpec replica =
        open.find(header.replica(), header.token())
            .orElseThrow(() -> refused("No replica waits for this stream"));
    String name = header.replica();
    expel(name);
    Staging staging = stagings.of(replica);
    if (header.bytes() != replica.bytes()) {
      throw refused("The disk has " + header.bytes() + " bytes, not " + replica.bytes());
    }
    if (!Objects.equals(header.baseRoot(), replica.baseRoot())) {
      throw refused("The sender's base is " + header.baseRoot() + ", not " + replica.baseRoot());
    }
    if (!staging.journal().exists()) {
      throw refused("The replica was removed");
    }
    StagedIntake[] made = new StagedIntake[1];
    made[0] = new StagedIntake(staging, ready(staging, header), () -> inside.remove(name, made[0]));
    inside.put(name, made[0]);
    return made[0];
  }

  /** Ends the stream into this replica; returns when its files are let go. */
  void expel(String name) {
    Intake intake = inside.remove(name);
    if (intake != null) {
      intake.close();
    }
  }

  /** Where to go on; what another view has written is first made good. */
  private Frame.Ready ready(Staging staging, Frame.Header header) throws IOException {
    StagingJournal.State state = staging.journal().read();
    if (header.view().equals(state.view())) {
      return header.resume()
          ? new Frame.Ready(state.offset(), state.counts(), header.leaves() || state.suspect())
          : new Frame.Ready(0, NOTHING, header.leaves() || state.suspect());
    }
    boolean alone = header.baseRoot() == null;
    boolean written = state.view() != null || (alone && state.suspect());
    if (written && !alone) {
      staging.makeAgain();
    } else if (!written) {
      requireRoom(staging, header.expected());
    }
    boolean read = // what is there is not what anybody's leaves say
        alone ? written : staging.journal().read().suspect();
    if (read) {
      reader.describe(staging.disk(), staging.leaves(), header.bytes());
    }
    staging.journal().view(header.view());
    return new Frame.Ready(0, NOTHING, header.leaves() || read);
  }

  private static void requireRoom(Staging staging, long expected) throws IOException {
    long room = staging.room();
    if (room < expected) {
      throw Failures.of(
          FailureType.STORAGE_FULL,
          "Pool %s has %d bytes left, the stream may need %d"
              .formatted(staging.replica().pool(), room, expected));
    }
  }

  private static RuntimeException refused(String words) {
    return Failures.of(FailureType.REPLICA_REFUSED, words);
  }

  /** Finds the staged files of a replica. */
  @FunctionalInterface
  interface Stagings {
    Staging of(ReplicaSpec replica);
  }
}
