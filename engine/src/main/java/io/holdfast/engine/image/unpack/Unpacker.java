package io.holdfast.engine.image.unpack;

import io.holdfast.engine.db.ContentFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes the one disk out of a content while it streams. Around the disk there may be one
 * compression, then a tar or an OVA, and in there one compression again. Whatever comes out of any
 * layer is bounded, so a small content that unpacks to a large one ends as a refusal, not as a full
 * disk.
 */
public final class Unpacker {
  private static final int TAR_MAGIC_AT = 257;
  private static final byte[] TAR_MAGIC = "ustar".getBytes(StandardCharsets.US_ASCII);

  private final Said said;
  private final Passage passage;

  /**
   * @param maxBytes for what is sent, and for what comes out of each layer
   * @param progress gets a count of bytes, often; what it throws ends the unpacking
   */
  public Unpacker(Said said, long maxBytes, LongConsumer progress) {
    this.said = said;
    this.passage = new Passage(maxBytes, progress);
  }

  /**
   * Reads all of {@code sent} and writes the disk. Throws {@link InvalidImageException} when it is
   * broken or not what was said, {@link ContentTooLargeException}, or what either stream throws.
   */
  public void unpack(InputStream sent, OutputStream disk) throws IOException {
    PushbackInputStream content = passage.sent(sent);
    Codec outer = Codec.of(Passage.head(content));
    said.checkCodec(outer);
    PushbackInputStream inner = outer == null ? content : passage.decompressed(outer, content);
    boolean tar = said.isTar() || isTar(Passage.head(inner));
    said.checkTar(tar);
    if (tar) {
      archive(inner, disk);
    } else {
      Passage.copy(inner, disk);
    }
    Passage.drain(inner); // what a tar is padded with
    if (content.read() >= 0) {
      throw new InvalidImageException("Something follows the end of the compressed content");
    }
  }

  private void archive(InputStream tar, OutputStream disk) throws IOException {
    TarFiles files = new TarFiles(tar, passage);
    TarFiles.@Nullable File first = files.next();
    if (first == null) {
      throw new InvalidImageException("The tar holds no file");
    }
    boolean ova = OvaDisk.isDescriptor(first.name());
    if (ova && said.format() != ContentFormat.OVA && said.format() != ContentFormat.AUTO) {
      throw new InvalidImageException(
          "The content is an OVA, not " + said.format() + " as was said");
    }
    if (!ova && said.format() == ContentFormat.OVA) {
      throw new InvalidImageException(
          "An OVA begins with its OVF descriptor; this content begins with " + first.name());
    }
    if (ova) {
      new OvaDisk(files, passage, disk).unpack(first);
    } else {
      new TarDisk(files, passage, disk).unpack(first);
    }
  }

  private static boolean isTar(byte[] head) {
    int end = TAR_MAGIC_AT + TAR_MAGIC.length;
    return head.length >= end
        && Arrays.equals(head, TAR_MAGIC_AT, end, TAR_MAGIC, 0, TAR_MAGIC.length);
  }
}
