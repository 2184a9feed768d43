package io.holdfast.activities.pool;

import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.libvirt.LibvirtFault;
import io.holdfast.activities.worker.DaemonThreads;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells libvirt to look into a pool's folder again, so that its list of volumes is true. A refresh
 * reads every file's head, so requests that come while one waits share it, and only a removal waits
 * for its end. One thread: libvirt refuses two refreshes of a pool at once.
 */
public final class PoolRefresher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PoolRefresher.class);

  /**
   * libvirt refuses a refresh while it makes or copies a volume of the pool, and tells nobody when
   * that is over: its events speak of refreshes and of pools that start. So this thread asks again,
   * and nothing else waits on it than what wants the refresh.
   */
  private static final int TRIES = 20;

  private static final long PAUSE_MILLIS = 100;
  private static final long DRAIN_SECONDS = 5;

  private final LibvirtConnection libvirt;
  private final ConcurrentHashMap<String, CompletableFuture<Boolean>> waiting =
      new ConcurrentHashMap<>();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(DaemonThreads.named("pool-refresher"));

  public PoolRefresher(LibvirtConnection libvirt) {
    this.libvirt = libvirt;
  }

  /** Has the pool refreshed soon. */
  @SuppressWarnings("FutureReturnValueIgnored") // a refusal is logged where it happens
  public void soon(String pool) {
    request(pool);
  }

  /** Returns after a refresh that began after this call; a pool that refuses is only logged. */
  public void now(String pool) {
    request(pool).join();
  }

  private CompletableFuture<Boolean> request(String pool) {
    CompletableFuture<Boolean> mine = new CompletableFuture<>();
    CompletableFuture<Boolean> earlier = waiting.putIfAbsent(pool, mine);
    if (earlier != null) {
      return earlier;
    }
    thread.execute(
        () -> {
          waiting.remove(pool); // from here on a request needs a refresh of its own
          mine.complete(refresh(pool));
        });
    return mine;
  }

  private boolean refresh(String pool) {
    for (int attempt = 1; ; attempt++) {
      try {
        return libvirt
            .attempt(
                session ->
                    session.pool(
                        pool,
                        handle -> {
                          Pools.activate(handle);
                          handle.refresh(0);
                          return true;
                        }))
            .orElse(false);
      } catch (LibvirtFault refused) {
        if (attempt == TRIES || !refused.says("asynchronous jobs running")) {
          LOG.warn("Storage pool {} was not refreshed: {}", pool, refused.getMessage());
          return false;
        }
      } catch (RuntimeException broken) {
        LOG.warn("Storage pool {} was not refreshed", pool, broken);
        return false;
      }
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }

  @Override
  public void close() {
    DaemonThreads.drain(thread, DRAIN_SECONDS);
  }
}
