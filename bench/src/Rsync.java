import java.io.IOException;
import java.nio.file.Path;

/** rsync of a raw copy of the disk, without encryption, from the source to a daemon at the target. */
final class Rsync implements AutoCloseable {
  private static final int PORT = 10873;
  private static final String FILE = "bench-rsync.raw";

  private final HostShell source;
  private final HostShell target;
  private final String address;

  Rsync(HostShell source, HostShell target, String frozen) throws IOException {
    this.source = source;
    this.target = target;
    source.must("qemu-img convert -f qcow2 -O raw %s %s/%s".formatted(frozen, HostShell.POOL, FILE));
    address = target.ask("sed -n 's/^\\([0-9.]*\\) *%s.*/\\1/p' /etc/hosts | head -n 1".formatted(target.host()));
    target.ask(
        """
        cat >$work/rsyncd.conf <<'END'
        port = %d
        use chroot = no
        uid = root
        gid = root
        [pool]
        path = %s
        read only = no
        END"""
            .formatted(PORT, HostShell.POOL));
    target.ask("rsync --daemon --no-detach --config=$work/rsyncd.conf --log-file=$work/rsync.log </dev/null >/dev/null 2>&1 &");
    source.must("for ((i = 0; i < 100; i++)); do rsync rsync://%s:%d/ && break; sleep 0.1; done".formatted(address, PORT));
    source.must("rsync --inplace --sparse " + paths());
  }

  /** The source's file, as this process sees it. */
  Path file(Path pool) {
    return pool.resolve(FILE);
  }

  /** Seconds, with both files in the page cache as far as it goes. */
  double delta() throws IOException {
    source.must("cat %s/%s >/dev/null".formatted(HostShell.POOL, FILE));
    target.must("cat %s/%s >/dev/null".formatted(HostShell.POOL, FILE));
    return source.timed("rsync --inplace --no-whole-file " + paths());
  }

  void requireContent(String content) throws IOException {
    if (!target.content(HostShell.POOL + "/" + FILE, "raw").equals(content)) {
      throw new IOException("rsync's copy is not the disk");
    }
  }

  private String paths() {
    return "%1$s/%2$s rsync://%3$s:%4$d/pool/%2$s".formatted(HostShell.POOL, FILE, address, PORT);
  }

  @Override
  public void close() throws IOException {
    source.ask("rm -f %s/%s".formatted(HostShell.POOL, FILE));
    target.ask("rm -f %s/%s".formatted(HostShell.POOL, FILE));
  }
}
