package io.holdfast.engine.image.unpack;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;
import org.jspecify.annotations.Nullable;

/** The compressions, and the bytes that each begins with. Several streams in a row count as one. */
enum Codec {
  GZ("gzip", "1f8b"),
  XZ("xz", "fd377a585a00"),
  ZST("zstd", "28b52ffd"),
  BZ2("bzip2", "425a68");

  /** A caller chooses the size of a dictionary; "xz -9" asks for 65 MiB. zstd has 128 by itself. */
  private static final int XZ_MEMORY_KIB = 128 << 10;

  private final String format;

  @SuppressWarnings("ImmutableEnumChecker") // never changed
  private final byte[] magic;

  Codec(String format, String magic) {
    this.format = format;
    this.magic = HexFormat.of().parseHex(magic);
  }

  /** Its name for people. */
  String format() {
    return format;
  }

  /** The compression that begins so, or null. */
  static @Nullable Codec of(byte[] head) {
    for (Codec codec : values()) {
      int length = codec.magic.length;
      if (head.length >= length && Arrays.equals(head, 0, length, codec.magic, 0, length)) {
        return codec;
      }
    }
    return null;
  }

  InputStream open(InputStream compressed) throws IOException {
    return switch (this) {
      case GZ ->
          GzipCompressorInputStream.builder()
              .setInputStream(compressed)
              .setDecompressConcatenated(true)
              .get();
      case XZ ->
          XZCompressorInputStream.builder()
              .setInputStream(compressed)
              .setDecompressConcatenated(true)
              .setMemoryLimitKiB(XZ_MEMORY_KIB)
              .get();
      case ZST -> new ZstdCompressorInputStream(compressed);
      case BZ2 -> new BZip2CompressorInputStream(compressed, true);
    };
  }
}
