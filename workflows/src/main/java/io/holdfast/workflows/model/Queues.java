package io.holdfast.workflows.model;

/** Names of Temporal task queues; the only place that spells them. */
public final class Queues {
  /** Workflows, ledger and job activities; polled by every engine. */
  public static final String CONTROL = "control";

  private Queues() {}

  /** Work that changes a host: few slots, short calls and copies. */
  public static String host(HostId host) {
    return "host." + host;
  }

  /**
   * Streams between hosts, and reads of whole replicas: they last for as long as the disk is large,
   * so they have slots of their own. Also takes all other work on recovery points.
   */
  public static String hostStreams(HostId host) {
    return "host." + host + ".streams";
  }

  /**
   * Work that only waits on a host (a guest's first answer, the next change): many cheap slots, so
   * that waiting never keeps work from starting.
   */
  public static String hostWait(HostId host) {
    return "host." + host + ".wait";
  }
}
