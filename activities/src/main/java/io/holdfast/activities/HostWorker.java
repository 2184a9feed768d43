package io.holdfast.activities;

import io.holdfast.activities.ownership.QemuHook;
import io.holdfast.activities.worker.ScratchFolders;
import io.holdfast.config.HostWorkerSettings;
import io.holdfast.config.InvalidSettingsException;
import io.holdfast.config.KeyFile;
import io.holdfast.config.SettingsFile;
import io.holdfast.workflows.seal.Keyring;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The host worker's process: {@code java -jar holdfast-host-worker.jar config/host-worker.yml}.
 * Settings that cannot be used end it with one line on standard error and status 1; a Temporal
 * service or a libvirt that is not there yet does not. SIGTERM lets running activities end. A
 * hypervisor's memory belongs to its guests: {@code java @activities/host-worker.jvm -jar ...}
 * keeps an idle worker at some 220 MiB.
 */
public final class HostWorker {
  private static final Logger LOG = LoggerFactory.getLogger(HostWorker.class);

  private HostWorker() {}

  /** Runs until the process is told to end. */
  @SuppressWarnings("SystemOut") // there is no logger's user yet: a person started this by hand
  public static void main(String[] arguments) throws InterruptedException {
    if (arguments.length != 1) {
      System.err.println("usage: java -jar holdfast-host-worker.jar FILE.yml");
      System.exit(1);
    }
    try {
      run(SettingsFile.read(arguments[0], HostWorkerSettings.class));
    } catch (IOException unwritable) {
      System.err.println("libvirt's hook cannot be put in its place: " + unwritable);
      System.exit(1);
    } catch (InvalidSettingsException invalid) {
      System.err.println(invalid.getMessage());
      System.exit(1);
    }
  }

  private static void run(HostWorkerSettings settings) throws InterruptedException, IOException {
    QemuHook.install(settings.ownership());
    ScratchFolders.sweep();
    Keyring keyring = new Keyring(KeyFile.read(settings.encryption().keyFile()));
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  end.countDown();
                  await(ended);
                },
                "shutdown"));
    try (HostServices services = new HostServices(settings);
        TaskQueues queues = new TaskQueues(settings, keyring, services)) {
      services.warmUp();
      if (queues.startWhenTemporalAnswers(end)) {
        LOG.info("Host worker of {} polls {}", settings.host().name(), queues.names());
        end.await();
        LOG.info("Host worker of {} is ending", settings.host().name());
      }
    } finally {
      ended.countDown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
