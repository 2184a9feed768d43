package io.holdfast.workflows.model;

import org.jspecify.annotations.Nullable;

/** Names of Temporal task queues; the only place that spells them. */
public final class Queues {
  /** Workflows, ledger and job activities, power-offs and callouts; polled by every engine. */
  public static final String CONTROL = "control";

  /** Contents of images on their way into the engine's store, for hours; polled by every engine. */
  public static final String IMAGES = "images";

  /** What leaves the store again, or lies in it already: waits for nothing that comes. */
  public static final String IMAGE_DELETES = "images.deletes";

  private static final String HOST = "host.";

  private Queues() {}

  /** Work that changes a host: few slots, short calls and copies. */
  public static String host(HostId host) {
    return HOST + host;
  }

  /** Null of a queue that is no host's. */
  public static @Nullable HostId hostOf(@Nullable String queue) {
    if (queue == null || !queue.startsWith(HOST)) {
      return null;
    }
    int end = queue.indexOf('.', HOST.length());
    return HostId.of(queue.substring(HOST.length(), end < 0 ? queue.length() : end));
  }

  /**
   * Streams between hosts, and reads of whole replicas: they last for as long as the disk is large,
   * so they have slots of their own. Also takes all other work on recovery points.
   */
  public static String hostStreams(HostId host) {
    return HOST + host + ".streams";
  }

  /**
   * What a move does that lasts as long as a guest has memory or an overlay has bytes: so many at
   * once as guests leave a host, without keeping a short call from starting.
   */
  public static String hostMoves(HostId host) {
    return HOST + host + ".moves";
  }

  /**
   * Work that only waits on a host (a guest's first answer, the next change): many cheap slots, so
   * that waiting never keeps work from starting.
   */
  public static String hostWait(HostId host) {
    return HOST + host + ".wait";
  }
}
