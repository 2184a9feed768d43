package io.holdfast.activities.replication.replica;

import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.libvirt.LibvirtFault;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.worker.DaemonThreads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks through the host's pools now and then for what was kept long enough. */
public final class KeptReplicaSweep implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KeptReplicaSweep.class);
  private static final long LOOK_MINUTES = 10;

  private final LibvirtConnection libvirt;
  private final KeptReplicas kept;
  private final ScheduledExecutorService looks =
      Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("kept-replicas"));

  /** Begins to look. */
  @SuppressWarnings("FutureReturnValueIgnored") // look speaks for itself
  public KeptReplicaSweep(LibvirtConnection libvirt, KeptReplicas kept) {
    this.libvirt = libvirt;
    this.kept = kept;
    looks.scheduleWithFixedDelay(this::look, LOOK_MINUTES, LOOK_MINUTES, TimeUnit.MINUTES);
  }

  /** What is not seen now is seen by the next look. */
  private void look() {
    try {
      for (Path folder : libvirt.attempt(Pools::folders).values()) {
        kept.removeExpired(folder);
      }
    } catch (IOException | LibvirtFault | RuntimeException failed) {
      LOG.warn("Kept copies of disks are not looked for now: {}", failed.getMessage());
    }
  }

  @Override
  public void close() {
    looks.shutdownNow();
  }
}
