package io.holdfast.activities.replication.leaves;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * The leaf hashes of one disk, in a file beside it: a head (magic, bytes of the disk), a hash for
 * each node of 256 leaves, the leaves. A node of zeros alone is a hole there. Changes are kept in
 * memory, node by node, until {@link #flush()}; only touched nodes are written. For one thread;
 * what it hands out as {@link #changes()} another one may make durable meanwhile.
 *
 * <p>The root is SHA-256 over the disk's size (8 bytes, big-endian) and the hashes of its nodes;
 * that of a node is SHA-256 over the true hashes of its leaves.
 */
public final class Manifest implements AutoCloseable {
  /** Leaves of a node: 16 MiB of the disk, 8 KiB of the file. */
  public static final int NODE = 256;

  private static final long MAGIC = 0x48464C4541463031L; // HFLEAF01
  private static final int HEAD = 4096;
  private static final int NODE_BYTES = NODE * Leaf.HASH;
  private static final byte[] EMPTY_NODE = new byte[NODE_BYTES];
  private static final byte[] NODE_OF_ZEROS = nodeOfZeros();

  private final FileChannel channel;
  private final long bytes;
  private final int leaves;
  private final byte[] nodes;
  private final long leavesAt;
  private final Map<Integer, byte[]> changed = new TreeMap<>();
  private int readNode = -1;
  private byte[] read = new byte[0];

  private Manifest(FileChannel channel, long bytes) throws IOException {
    this.channel = channel;
    this.bytes = bytes;
    leaves = Leaf.count(bytes);
    nodes = new byte[(leaves + NODE - 1) / NODE * Leaf.HASH];
    leavesAt = HEAD + (nodes.length + HEAD - 1L) / HEAD * HEAD;
    fill(ByteBuffer.wrap(nodes), HEAD);
  }

  /** The manifest of a disk of zeros, as a new file; one that is there is replaced. */
  public static Manifest create(Path file, long bytes) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    try {
      ByteBuffer head = ByteBuffer.allocate(HEAD).putLong(MAGIC).putLong(bytes).rewind();
      write(channel, head, 0);
      return new Manifest(channel, bytes);
    } catch (IOException | RuntimeException failed) {
      channel.close();
      throw failed;
    }
  }

  /**
   * Opens a manifest; {@code writable} or not.
   *
   * @throws NoManifestException when the file is none, or was cut
   */
  public static Manifest open(Path file, boolean writable) throws IOException {
    FileChannel channel =
        writable
            ? FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)
            : FileChannel.open(file, StandardOpenOption.READ);
    try {
      ByteBuffer head = ByteBuffer.allocate(2 * Long.BYTES);
      while (head.hasRemaining() && channel.read(head, head.position()) >= 0) {}
      if (head.hasRemaining() || head.getLong(0) != MAGIC || head.getLong(Long.BYTES) < 1) {
        throw new NoManifestException(file);
      }
      return new Manifest(channel, head.getLong(Long.BYTES));
    } catch (IOException | RuntimeException failed) {
      channel.close();
      throw failed;
    }
  }

  /** Bytes of the disk. */
  public long bytes() {
    return bytes;
  }

  /** Leaves of the disk. */
  public int leaves() {
    return leaves;
  }

  /** True when the leaf has this hash, which is found at a place of {@code hashes}. */
  public boolean has(int leaf, byte[] hashes, int at) throws IOException {
    int from = leaf % NODE * Leaf.HASH;
    return Arrays.equals(node(leaf / NODE), from, from + Leaf.HASH, hashes, at, at + Leaf.HASH);
  }

  /** True when the leaf is all zeros. */
  public boolean isZero(int leaf) throws IOException {
    return Leaf.isZero(node(leaf / NODE), leaf % NODE * Leaf.HASH);
  }

  /** Sets the hashes of leaves from this one on. */
  public void put(int first, byte[] hashes) throws IOException {
    for (int i = 0; i < hashes.length / Leaf.HASH; i++) {
      put(first + i, hashes, i * Leaf.HASH);
    }
  }

  /** Sets leaves to zeros. */
  public void putZeros(int first, int count) throws IOException {
    byte[] zeros = new byte[Leaf.HASH];
    int end = first + count;
    for (int leaf = first; leaf < end; leaf++) {
      if (leaf % NODE == 0 && end - leaf >= NODE && Arrays.equals(node(leaf / NODE), EMPTY_NODE)) {
        leaf += NODE - 1; // a disk is mostly that
      } else if (!isZero(leaf)) {
        put(leaf, zeros, 0);
      }
    }
  }

  private void put(int leaf, byte[] hashes, int at) throws IOException {
    if (leaf < 0 || leaf >= leaves) {
      throw new IllegalArgumentException("The disk has no leaf " + leaf);
    }
    int number = leaf / NODE;
    byte[] node = node(number);
    changed.put(number, node);
    System.arraycopy(hashes, at, node, leaf % NODE * Leaf.HASH, Leaf.HASH);
  }

  /** The hashes of leaves from this one on, as they are kept. */
  public byte[] hashes(int first, int count) throws IOException {
    byte[] hashes = new byte[count * Leaf.HASH];
    for (int i = 0; i < count; i++) {
      int leaf = first + i;
      System.arraycopy(
          node(leaf / NODE), leaf % NODE * Leaf.HASH, hashes, i * Leaf.HASH, Leaf.HASH);
    }
    return hashes;
  }

  /** Takes over all leaves of another manifest, as far as both disks have them. */
  public void copy(Manifest other) throws IOException {
    int whole = (int) (Math.min(bytes, other.bytes) / Leaf.SIZE);
    int all = bytes == other.bytes ? leaves : whole; // a cut leaf is another leaf
    for (int first = 0; first < all; first += NODE) {
      if (isHole(first / NODE) && other.isHole(first / NODE)) {
        continue; // a disk is mostly that
      }
      int count = Math.min(NODE, all - first);
      byte[] hashes = other.hashes(first, count);
      if (!Arrays.equals(hashes, hashes(first, count))) {
        put(first, hashes);
      }
      if (changed.size() >= NODE) {
        flush();
      }
    }
    flush();
  }

  /** True of a node that nothing was ever put into. */
  private boolean isHole(int number) {
    return Leaf.isZero(nodes, number * Leaf.HASH) && !changed.containsKey(number);
  }

  /** Writes what was changed; durable only after {@link #sync()}. */
  public void flush() throws IOException {
    for (Map.Entry<Integer, byte[]> entry : changed.entrySet()) {
      byte[] hash = write(entry.getKey(), entry.getValue());
      System.arraycopy(hash, 0, nodes, entry.getKey() * Leaf.HASH, Leaf.HASH);
    }
    changed.clear();
  }

  /** Returns the node's hash. */
  private byte[] write(int number, byte[] node) throws IOException {
    write(channel, ByteBuffer.wrap(node), leavesAt + (long) number * NODE_BYTES);
    byte[] hash = hashOf(number, node);
    write(channel, ByteBuffer.wrap(hash), HEAD + (long) number * Leaf.HASH);
    return hash;
  }

  /** What was changed so far and is not in the file yet. */
  public Changes changes() {
    Map<Integer, byte[]> copies = new TreeMap<>();
    changed.forEach((number, node) -> copies.put(number, node.clone()));
    return new Changes(copies);
  }

  /** Forgets what is durable by now; a node that was changed again stays to be written. */
  public void settle(Changes durable) {
    durable.nodes.forEach(
        (number, node) -> {
          System.arraycopy(hashOf(number, node), 0, nodes, number * Leaf.HASH, Leaf.HASH);
          if (Arrays.equals(changed.get(number), node)) {
            changed.remove(number);
            readNode = readNode == number ? -1 : readNode;
          }
        });
  }

  /** As {@link #flush()}, and makes it durable. */
  public void sync() throws IOException {
    flush();
    channel.force(false);
  }

  /** The root in hex, from the nodes' hashes. */
  public String root() throws IOException {
    flush();
    MessageDigest digest = Leaf.digest();
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(bytes).rewind());
    for (int number = 0; number * Leaf.HASH < nodes.length; number++) {
      int at = number * Leaf.HASH;
      if (Leaf.isZero(nodes, at)) {
        digest.update(hashOf(number, EMPTY_NODE));
      } else {
        digest.update(nodes, at, Leaf.HASH);
      }
    }
    return java.util.HexFormat.of().formatHex(digest.digest());
  }

  /** The root in hex, from the leaves: every node's hash is made anew. */
  public String provenRoot() throws IOException {
    flush();
    for (int number = 0; number * Leaf.HASH < nodes.length; number++) {
      byte[] hash = hashOf(number, node(number));
      System.arraycopy(hash, 0, nodes, number * Leaf.HASH, Leaf.HASH);
    }
    return root();
  }

  private byte[] hashOf(int number, byte[] node) {
    int count = Math.min(NODE, leaves - number * NODE);
    boolean whole = (number + 1L) * NODE * Leaf.SIZE <= bytes;
    if (whole && Arrays.equals(node, EMPTY_NODE)) {
      return NODE_OF_ZEROS.clone();
    }
    MessageDigest digest = Leaf.digest();
    for (int i = 0; i < count; i++) {
      if (Leaf.isZero(node, i * Leaf.HASH)) {
        digest.update(Leaf.ofZeros(Leaf.length(number * NODE + i, bytes)));
      } else {
        digest.update(node, i * Leaf.HASH, Leaf.HASH);
      }
    }
    return digest.digest();
  }

  private static byte[] nodeOfZeros() {
    MessageDigest digest = Leaf.digest();
    for (int i = 0; i < NODE; i++) {
      digest.update(Leaf.ofZeros(Leaf.SIZE));
    }
    return digest.digest();
  }

  private byte[] node(int number) throws IOException {
    byte[] touched = changed.get(number);
    if (touched != null) {
      return touched;
    }
    if (number != readNode) {
      byte[] node = new byte[NODE_BYTES];
      fill(ByteBuffer.wrap(node), leavesAt + (long) number * NODE_BYTES);
      read = node;
      readNode = number;
    }
    return read;
  }

  /** Reads; what is beyond the file's end is zeros. */
  private void fill(ByteBuffer buffer, long at) throws IOException {
    long position = at;
    while (buffer.hasRemaining()) {
      int count = channel.read(buffer, position);
      if (count < 0) {
        return;
      }
      position += count;
    }
  }

  private static void write(FileChannel channel, ByteBuffer buffer, long at) throws IOException {
    long position = at;
    while (buffer.hasRemaining()) {
      position += channel.write(buffer, position);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** Changed nodes, as they were at one moment. */
  public final class Changes {
    private final Map<Integer, byte[]> nodes;

    private Changes(Map<Integer, byte[]> nodes) {
      this.nodes = nodes;
    }

    /** Writes them; durable when it returns. */
    public void sync() throws IOException {
      for (Map.Entry<Integer, byte[]> entry : nodes.entrySet()) {
        write(entry.getKey(), entry.getValue());
      }
      channel.force(false);
    }
  }

  /** Something else lies where a manifest should. */
  public static final class NoManifestException extends IOException {
    private static final long serialVersionUID = 1L;

    private NoManifestException(Path file) {
      super(file + " is no manifest");
    }
  }
}
