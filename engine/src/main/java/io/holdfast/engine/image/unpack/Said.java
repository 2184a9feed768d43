package io.holdfast.engine.image.unpack;

import io.holdfast.engine.db.Compression;
import io.holdfast.engine.db.ContentFormat;
import io.holdfast.engine.db.ImageRow;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the caller says of a content, all of which must turn out true.
 *
 * @param sha256 of the content as it is sent, lower-case hex; null when nothing was said
 */
public record Said(ContentFormat format, Compression compression, @Nullable String sha256) {
  /** What the caller said when the image was made. */
  public static Said of(ImageRow image) {
    String expected = image.expectedSha256();
    return new Said(
        image.format(),
        image.compression(),
        expected == null ? null : expected.toLowerCase(Locale.ROOT));
  }

  /** Throws unless the outermost layer is the one that was said; null is none. */
  void checkCodec(@Nullable Codec found) throws InvalidImageException {
    if (compression != Compression.AUTO && found != codec()) {
      throw new InvalidImageException(
          "The content is %s, not %s as was said".formatted(name(found), name(codec())));
    }
  }

  /** Throws unless there is a tar where one was said, and none where none was said. */
  void checkTar(boolean found) throws InvalidImageException {
    boolean ova = format == ContentFormat.OVA;
    if (ova || compression == Compression.AUTO) {
      if (ova && !found) {
        throw new InvalidImageException("The content is no tar, so it is no OVA as was said");
      }
    } else if (found != isTar()) {
      throw new InvalidImageException(
          found ? "The content is a tar, which was not said" : "The content is no tar as was said");
    }
  }

  boolean isTar() {
    return switch (compression) {
      case TAR, TAR_GZ, TAR_XZ, TAR_ZST, TAR_BZ2 -> true;
      case AUTO, NONE, GZ, XZ, ZST, BZ2 -> false;
    };
  }

  private @Nullable Codec codec() {
    return switch (compression) {
      case AUTO, NONE, TAR -> null;
      case GZ, TAR_GZ -> Codec.GZ;
      case XZ, TAR_XZ -> Codec.XZ;
      case ZST, TAR_ZST -> Codec.ZST;
      case BZ2, TAR_BZ2 -> Codec.BZ2;
    };
  }

  private static String name(@Nullable Codec codec) {
    return codec == null ? "not compressed" : codec.format();
  }
}
