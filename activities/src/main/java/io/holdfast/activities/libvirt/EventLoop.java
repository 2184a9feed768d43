package io.holdfast.activities.libvirt;

import org.libvirt.Connect;
import org.libvirt.ErrorCallback;
import org.libvirt.Library;
import org.libvirt.LibvirtException;
import org.libvirt.jna.Libvirt.VirErrorCallback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * libvirt's event loop: one thread of this process, running before the first connection is made.
 * Without it there are no events, no keepalive, and a dead daemon is not noticed.
 */
final class EventLoop {
  private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);

  /** libvirt prints every error to stderr until somebody else takes it; errors are thrown too. */
  private static final VirErrorCallback SILENCE = new ErrorCallback();

  private static boolean started;

  private EventLoop() {}

  static synchronized void start() throws LibvirtException {
    if (started) {
      return;
    }
    Library.initEventLoop();
    Connect.setErrorCallback(SILENCE);
    Thread thread = new Thread(EventLoop::run, "libvirt-events");
    thread.setDaemon(true);
    thread.start();
    started = true;
  }

  private static void run() {
    while (true) {
      try {
        Library.processEvent();
      } catch (LibvirtException | RuntimeException failed) {
        LOG.warn("libvirt's event loop: {}", failed.getMessage());
      }
    }
  }
}
