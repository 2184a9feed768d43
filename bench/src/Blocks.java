import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Incompressible data for places of a disk: a file each, in a folder that the source's host sees.
 * A running instance's QEMU writes them through the device of its guest, so that they are in its
 * dirty bitmaps as what a guest writes is.
 */
final class Blocks {
  static final int CLUSTER = 64 << 10;

  /** The first data: 1 GiB, in 16 pieces with gaps between them. */
  private static final int PIECES = 16;

  private static final int PIECE = 64 << 20;
  private static final long STRIDE = 192L << 20;

  /** A delta: 5 % of these clusters, anywhere in the data. */
  private static final int CLUSTERS = PIECES * (PIECE / CLUSTER);

  private static final int CHANGED = CLUSTERS / 20;

  private final Path seen;
  private final String folder;
  private final List<Piece> pieces = new ArrayList<>();

  private Blocks(Path seen, String folder) throws IOException {
    this.seen = seen;
    this.folder = folder;
    Files.createDirectories(seen);
  }

  /** {@code seen}: {@code folder}, which is the host's own, as this process sees it. */
  static Blocks first(Path seen, String folder, Random random) throws IOException {
    Blocks blocks = new Blocks(seen, folder);
    for (int i = 0; i < PIECES; i++) {
      blocks.add(i * STRIDE, PIECE, random);
    }
    return blocks;
  }

  static Blocks delta(Path seen, String folder, Random random) throws IOException {
    return delta(seen, folder, random, CHANGED);
  }

  static Blocks delta(Path seen, String folder, Random random, int clusters) throws IOException {
    TreeSet<Integer> changed = new TreeSet<>();
    while (changed.size() < clusters) {
      changed.add(random.nextInt(CLUSTERS));
    }
    Blocks blocks = new Blocks(seen, folder);
    for (int cluster : changed) {
      long within = (long) cluster * CLUSTER;
      blocks.add(within / PIECE * STRIDE + within % PIECE, CLUSTER, random);
    }
    return blocks;
  }

  private void add(long offset, int length, Random random) throws IOException {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    String name = Integer.toString(pieces.size());
    Files.write(seen.resolve(name), bytes);
    pieces.add(new Piece(offset, length, name));
  }

  long bytes() {
    return pieces.stream().mapToLong(Piece::length).sum();
  }

  /** Runs of clusters that touch. */
  int extents() {
    int extents = 0;
    long end = -1;
    for (Piece piece : pieces) {
      extents += piece.offset() == end ? 0 : 1;
      end = piece.offset() + piece.length();
    }
    return extents;
  }

  /** Has the domain's QEMU write all of it to the guest's first disk. */
  void write(HostShell host, String domain) throws IOException {
    StringBuilder script = new StringBuilder();
    for (Piece piece : pieces) {
      script.append(
          "qemu-monitor-command %s --hmp 'qemu-io -d /machine/peripheral/virtio-disk0/virtio-backend \"write -s %s/%s %d %d\"'%n"
              .formatted(domain, folder, piece.name(), piece.offset(), piece.length()));
    }
    Files.writeString(seen.resolve("script"), script);
    host.must("virsh -q <" + folder + "/script");
  }

  /** Writes all of it to a raw file. */
  void write(Path raw) throws IOException {
    try (FileChannel channel = FileChannel.open(raw, StandardOpenOption.WRITE)) {
      for (Piece piece : pieces) {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(seen.resolve(piece.name())));
        while (bytes.hasRemaining()) {
          channel.write(bytes, piece.offset() + bytes.position());
        }
      }
    }
  }

  void delete() throws IOException {
    try (Stream<Path> files = Files.walk(seen)) {
      files
          .sorted(Comparator.reverseOrder())
          .forEach(
              file -> {
                try {
                  Files.delete(file);
                } catch (IOException stays) {
                  throw new UncheckedIOException(stays);
                }
              });
    }
  }

  private record Piece(long offset, int length, String name) {}
}
