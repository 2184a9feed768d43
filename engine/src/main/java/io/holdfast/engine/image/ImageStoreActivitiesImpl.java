package io.holdfast.engine.image;

import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.ImageRow;
import io.holdfast.engine.image.unpack.ContentTooLargeException;
import io.holdfast.engine.image.unpack.InvalidImageException;
import io.holdfast.engine.image.unpack.Said;
import io.holdfast.engine.outside.OutsideAddress;
import io.holdfast.workflows.activity.ImageStoreActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.ImageId;
import io.temporal.activity.Activity;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.UUID;
import java.util.function.LongConsumer;

/**
 * See {@link ImageStoreActivities}. Content becomes the image's under the lock of the image's row,
 * and only while a job works on the image: an attempt that was given up, and comes to its end long
 * after, leaves nothing behind.
 */
public final class ImageStoreActivitiesImpl implements ImageStoreActivities {
  private final Database database;
  private final ImageStore store;
  private final SourceConnection source;

  /**
   * @param sourcePrefixes addresses from which images may be imported begin with one of these
   */
  public ImageStoreActivitiesImpl(
      Database database, ImageStore store, List<String> sourcePrefixes) {
    this.database = database;
    this.store = store;
    this.source = new SourceConnection(sourcePrefixes);
  }

  @Override
  public void fetchContent(ImageId image) {
    fetch(image.value(), Activity.getExecutionContext()::heartbeat);
  }

  /**
   * @param progress gets the bytes so far; what it throws ends the attempt
   */
  void fetch(UUID id, LongConsumer progress) {
    ImageRow image =
        database
            .daos()
            .images()
            .findById(id)
            .orElseThrow(() -> Failures.of(FailureType.NOT_FOUND, "There is no image " + id));
    if (image.contentSha256() != null && Files.exists(store.contentPath(id))) {
      return; // the upload did it, or an attempt before this one whose answer was lost
    }
    String url = image.sourceUrl();
    if (url == null) {
      throw Failures.of(FailureType.IMAGE_INVALID, "Nothing was uploaded for the image");
    }
    try {
      download(image, url, progress);
    } catch (InvalidImageException e) {
      throw Failures.of(FailureType.IMAGE_INVALID, String.valueOf(e.getMessage()));
    } catch (ContentTooLargeException e) {
      throw Failures.of(FailureType.IMAGE_TOO_LARGE, String.valueOf(e.getMessage()));
    } catch (ChecksumMismatchException e) {
      throw Failures.of(FailureType.IMAGE_CHECKSUM_MISMATCH, String.valueOf(e.getMessage()));
    } catch (StoreFullException e) {
      throw Failures.of(FailureType.STORAGE_FULL, "The engine's image store is full", e);
    } catch (IOException e) {
      throw Failures.of(FailureType.STORAGE_FAILED, "The engine's image store failed", e);
    }
  }

  private void download(ImageRow image, String url, LongConsumer progress) throws IOException {
    StagedContent staged;
    try (InputStream content = new Source(open(url), shown(url))) {
      staged = store.stage(image.id(), Said.of(image), content, progress);
    } catch (SourceFailedException e) {
      throw unreachable(url, e);
    }
    try {
      record(image, staged);
    } finally {
      store.discard(staged); // nothing to do once it was committed
    }
  }

  private InputStream open(String url) {
    try {
      return source.open(url);
    } catch (IOException | IllegalArgumentException e) {
      throw unreachable(url, e);
    }
  }

  private static RuntimeException unreachable(String url, Exception cause) {
    return Failures.of(
        FailureType.IMAGE_SOURCE_UNREACHABLE,
        "The image cannot be fetched from " + shown(url),
        cause);
  }

  private static String shown(String url) {
    return new OutsideAddress(url).shown();
  }

  private void record(ImageRow image, StagedContent content) throws IOException {
    try {
      database.useTransaction(
          daos -> {
            boolean wanted =
                daos.images().lock(image.id()).isPresent()
                    && daos.jobs().activeJobOf(image.id()).isPresent();
            if (!wanted) {
              throw Failures.of(FailureType.NOT_FOUND, "No job imports the image any more");
            }
            commit(image.id(), content);
            content.record(daos.images(), image.id());
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void commit(UUID image, StagedContent content) {
    try {
      store.commit(image, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void deleteContent(ImageId image) {
    try {
      store.delete(image.value());
    } catch (IOException e) {
      throw Failures.of(FailureType.STORAGE_FAILED, "The engine's image store failed", e);
    }
  }

  /** Tells a source that fails from a store that fails. */
  private static final class Source extends FilterInputStream {
    private final String url;

    Source(InputStream content, String url) {
      super(content);
      this.url = url;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      try {
        return super.read(into, offset, length);
      } catch (IOException e) {
        throw new SourceFailedException(url, e);
      }
    }
  }

  private static final class SourceFailedException extends IOException {
    private static final long serialVersionUID = 1;

    SourceFailedException(String url, IOException cause) {
      super(url + ": " + cause.getMessage(), cause);
    }
  }
}
