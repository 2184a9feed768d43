import java.io.IOException;

/**
 * nbdcopy over TLS: qemu-nbd serves a frozen copy of the disk at the source, and nbdcopy at the
 * target writes it to a file and flushes it. The certificates are those of the host workers.
 */
final class Nbdcopy implements AutoCloseable {
  private static final int PORT = 10899;
  private static final String TARGET = HostShell.POOL + "/bench-nbdcopy";

  private final HostShell source;
  private final HostShell target;
  private final String address;

  Nbdcopy(HostShell source, HostShell target, String frozen) throws IOException {
    this.source = source;
    this.target = target;
    certificates(source, "server");
    certificates(target, "client");
    address = source.address();
    source.must(
        "qemu-nbd --fork --persistent --shared=4 --read-only -f qcow2 --tls-creds tls0 -b %s -p %d --pid-file=$work/qemu-nbd.pid"
                .formatted(address, PORT)
            + " --object tls-creds-x509,id=tls0,endpoint=server,dir=$work/tls,verify-peer=yes "
            + frozen);
  }

  private static void certificates(HostShell host, String role) throws IOException {
    String folder = System.getenv("HOLDFAST_STATE") + "/data/hosts/" + host.host() + "/tls";
    host.must(
        "mkdir $work/tls && cp %1$s/ca.crt $work/tls/ca-cert.pem && cp %1$s/host.crt $work/tls/%2$s-cert.pem && cp %1$s/host.key $work/tls/%2$s-key.pem"
            .formatted(folder, role));
  }

  /** To a raw file; seconds. */
  double raw() throws IOException {
    target.must("rm -f " + TARGET + ".raw");
    return target.timed("nbdcopy --flush " + uri() + " " + TARGET + ".raw");
  }

  /** To a qcow2, which is what an instance can be started from; seconds. */
  double qcow2(long bytes) throws IOException {
    target.must("rm -f %1$s.qcow2 && qemu-img create -q -f qcow2 %1$s.qcow2 %2$d".formatted(TARGET, bytes));
    return target.timed(
        "nbdcopy --flush " + uri() + " -- [ qemu-nbd -f qcow2 --discard=unmap " + TARGET + ".qcow2 ]");
  }

  /** Fails when what came over is not that. */
  void requireContent(String content) throws IOException {
    if (!target.content(TARGET + ".raw", "raw").equals(content)
        || !target.content(TARGET + ".qcow2", "qcow2").equals(content)) {
      throw new IOException("nbdcopy's copy is not the disk");
    }
  }

  private String uri() {
    return "\"nbds://%s:%d/?tls-certificates=$work/tls\"".formatted(address, PORT);
  }

  @Override
  public void close() throws IOException {
    source.ask("kill $(cat $work/qemu-nbd.pid); rm -rf $work/tls");
    target.ask("rm -rf %s.* $work/tls".formatted(TARGET));
  }
}
