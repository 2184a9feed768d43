package io.holdfast.activities.replication.stream;

import io.holdfast.activities.replication.leaves.Leaf;
import io.holdfast.activities.replication.leaves.Manifest;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.StreamCounts;
import io.holdfast.workflows.model.StreamLimit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** Sends one disk over one stream; a second call goes on after the receiver's last mark. */
public final class DiskSender {
  private final Bandwidth bandwidth;
  private final LinkBandwidths links = new LinkBandwidths(Clock.systemUTC());
  private final ExecutorService pool;

  public DiskSender(Bandwidth bandwidth, ExecutorService pool) {
    this.bandwidth = bandwidth;
    this.pool = pool;
  }

  /**
   * Sends the disk and closes its connection.
   *
   * @param token of the receiver's workflow
   * @param replica {@code <instance>-<disk>-<point>}
   * @param baseRoot of the receiver's base; null for none
   * @param files where this end keeps leaves
   * @param own what this disk's instance may use, beside what all may
   * @param limit of all that go to that site; null for none
   */
  public StreamCounts send(
      Outlet outlet,
      String token,
      String replica,
      @Nullable String baseRoot,
      DiskSource source,
      LeafFiles files,
      Bandwidth own,
      @Nullable StreamLimit limit)
      throws IOException {
    long bytes = source.disk().size();
    boolean resume = Files.exists(files.next());
    boolean lacking = baseRoot != null && !hasBase(files.base(), baseRoot);
    outlet.send(
        new Frame.Header(
            token,
            replica,
            source.view(),
            bytes,
            Leaf.SIZE,
            baseRoot,
            resume,
            lacking,
            source.expected()));
    if (!(outlet.next() instanceof Frame.Ready ready)) {
      throw new ProtocolException("The receiver's first answer is not that it is ready");
    }
    try (Manifest known = known(outlet, ready, baseRoot, lacking, bytes, files);
        Manifest next = next(files.next(), ready.offset(), known)) {
      Frame.End end =
          new DiskSending(
                  outlet,
                  List.of(own, links.of(limit), bandwidth),
                  ready.leaves()
                      ? source.judged(known, baseRoot == null || lacking ? null : files.base())
                      : source,
                  known,
                  next,
                  ready)
              .run(pool);
      if (!end.root().equals(next.root())) {
        throw Failures.of(
            FailureType.STREAM_BROKEN,
            "The receiver has root " + end.root() + ", the disk " + next.root());
      }
      return end.counts();
    } finally {
      Files.deleteIfExists(files.known());
    }
  }

  private static boolean hasBase(Path file, String root) throws IOException {
    if (!Files.exists(file)) {
      return false;
    }
    try (Manifest base = Manifest.open(file, true)) {
      return base.provenRoot().equals(root);
    }
  }

  /** What the receiver has before the first frame, on a disk of this size. */
  private static Manifest known(
      Outlet outlet,
      Frame.Ready ready,
      @Nullable String baseRoot,
      boolean lacking,
      long bytes,
      LeafFiles files)
      throws IOException {
    if (ready.leaves()) {
      return made(files.known(), bytes, known -> receive(outlet, known));
    }
    if (lacking) {
      throw new ProtocolException("The receiver keeps its leaves to itself");
    }
    if (baseRoot == null) {
      return Manifest.create(files.known(), bytes);
    }
    Manifest base = Manifest.open(files.base(), false);
    if (base.bytes() == bytes) {
      return base;
    }
    try (base) {
      return made(files.known(), bytes, known -> known.copy(base));
    }
  }

  private static void receive(Outlet outlet, Manifest known) throws IOException {
    while (true) {
      if (!(outlet.next() instanceof Frame.Leaves leaves)) {
        throw new ProtocolException("The receiver stopped telling its leaves");
      }
      if (leaves.first() >= known.leaves()) {
        known.flush();
        return;
      }
      known.put(leaves.first(), leaves.hashes());
      known.flush();
    }
  }

  private static Manifest next(Path file, long offset, Manifest known) throws IOException {
    if (offset > 0) {
      return Manifest.open(file, true);
    }
    return made(file, known.bytes(), next -> next.copy(known));
  }

  private static Manifest made(Path file, long bytes, Filling filling) throws IOException {
    Manifest manifest = Manifest.create(file, bytes);
    try {
      filling.fill(manifest);
      return manifest;
    } catch (IOException | RuntimeException failed) {
      manifest.close();
      throw failed;
    }
  }

  /** What a new manifest begins with. */
  @FunctionalInterface
  private interface Filling {
    void fill(Manifest manifest) throws IOException;
  }

  /**
   * This end's files of leaves.
   *
   * @param base of the point that the receiver has; need not be there
   * @param next of the point that is being sent; there when a stream of this view has begun
   * @param known for the time of one stream
   */
  public record LeafFiles(Path base, Path next, Path known) {}
}
