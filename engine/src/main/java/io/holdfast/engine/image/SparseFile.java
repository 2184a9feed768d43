package io.holdfast.engine.image;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A new file that is hashed while it is written, with holes where zeros would be: a disk is mostly
 * those. It is whole and on disk after {@link #finish}.
 */
final class SparseFile extends OutputStream {
  private static final int BLOCK = 4096;
  private static final byte[] ZEROS = new byte[BLOCK];
  private static final long FORCE_EVERY = 256L << 20; // so that no single force takes minutes

  private final RandomAccessFile file;
  private final MessageDigest digest;
  private long size;
  private long unforced;

  SparseFile(Path path, MessageDigest sha256) throws IOException {
    file = new RandomAccessFile(Files.createFile(path).toFile(), "rw");
    digest = sha256;
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  /** Throws {@link StoreFullException} when there is no room. */
  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    digest.update(bytes, offset, length);
    int end = offset + length;
    int begin = offset; // of what is not written yet
    int at = offset;
    while (at < end) {
      int block = (int) Math.min(end - at, BLOCK - (size + at - offset) % BLOCK);
      if (Arrays.equals(bytes, at, at + block, ZEROS, 0, block)) {
        put(bytes, begin, at, size + begin - offset);
        begin = at + block;
      }
      at += block;
    }
    put(bytes, begin, end, size + begin - offset);
    size += length;
    if (unforced >= FORCE_EVERY) {
      file.getChannel().force(false);
      unforced = 0;
    }
  }

  private void put(byte[] bytes, int from, int to, long position) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(bytes, from, to - from);
    long at = position;
    try {
      while (rest.hasRemaining()) {
        at += file.getChannel().write(rest, at);
      }
    } catch (IOException e) {
      String said = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
      throw said.contains("no space left") || said.contains("quota exceeded")
          ? new StoreFullException(e)
          : e;
    }
    unforced += to - from;
  }

  /** Ends the file where the content ends, and brings it to disk; its SHA-256, in hex. */
  String finish() throws IOException {
    file.setLength(size); // it may end in a hole
    file.getChannel().force(true);
    return HexFormat.of().formatHex(digest.digest());
  }

  long size() {
    return size;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
