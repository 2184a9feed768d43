package io.holdfast.engine.core;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.ImageRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.engine.image.ChecksumMismatchException;
import io.holdfast.engine.image.ImageStore;
import io.holdfast.engine.image.StagedContent;
import io.holdfast.engine.image.StoreFullException;
import io.holdfast.engine.image.unpack.ContentTooLargeException;
import io.holdfast.engine.image.unpack.InvalidImageException;
import io.holdfast.engine.image.unpack.Said;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;

/**
 * Takes the content of an image that waits for it. The content becomes the image's in the
 * transaction that accepts the import's job; what is refused or breaks off leaves no file, and the
 * image goes on waiting.
 */
public final class ImageUpload {
  /** At once, since each may take 128 MiB of memory to unpack, and a thread for hours. */
  static final int MOST = 8;

  private final Semaphore places = new Semaphore(MOST);
  private final ImageService images;
  private final Acceptance acceptance;
  private final ImageStore store;

  public ImageUpload(ImageService images, Acceptance acceptance, ImageStore store) {
    this.images = images;
    this.acceptance = acceptance;
    this.store = store;
  }

  /**
   * Reads all of {@code content}; refuses what is too large, no image, or not what was said, and
   * all content while {@value #MOST} others are read, by TOO_MANY_UPLOADS. A request that comes
   * again gets its job before anything is read: its image has its content by then, and may be gone.
   */
  public JobRow upload(Submission submission, String reference, InputStream content) {
    Optional<JobRow> earlier = acceptance.earlier(submission);
    if (earlier.isPresent()) {
      images.named(reference).ifPresent(image -> requireOf(image.id(), earlier.get()));
      return earlier.get();
    }
    ImageService.Image image = images.get(reference);
    refuseUnlessAwaited(image.row(), Optional.ofNullable(image.activeJob()));
    if (!places.tryAcquire()) {
      throw new ProblemException(
          ProblemCode.TOO_MANY_UPLOADS, MOST + " contents are read at once by an engine");
    }
    try {
      return read(submission, image.row(), content);
    } finally {
      places.release();
    }
  }

  private JobRow read(Submission submission, ImageRow image, InputStream content) {
    try {
      StagedContent staged =
          store.stage(image.id(), Said.of(image), new UploadStream(content), bytes -> {});
      try {
        return accept(submission, image.id(), staged);
      } finally {
        store.discard(staged);
      }
    } catch (InvalidImageException e) {
      throw new ProblemException(ProblemCode.IMAGE_INVALID, String.valueOf(e.getMessage()));
    } catch (ChecksumMismatchException e) {
      throw new ProblemException(
          ProblemCode.IMAGE_CHECKSUM_MISMATCH, String.valueOf(e.getMessage()));
    } catch (ContentTooLargeException e) {
      throw new ProblemException(ProblemCode.IMAGE_TOO_LARGE, String.valueOf(e.getMessage()));
    } catch (StoreFullException e) {
      throw new ProblemException(ProblemCode.STORAGE_FULL, "The engine's image store is full");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Under the lock of the image's row, so that of two uploads at once one is refused. */
  private JobRow accept(Submission submission, UUID id, StagedContent staged) {
    JobRow job =
        acceptance.job(
            submission,
            UUID.randomUUID(),
            (daos, jobId) -> {
              ImageRow locked = daos.images().lock(id).orElseThrow(() -> Lookup.missing("image"));
              refuseUnlessAwaited(locked, activeJob(daos, id));
              daos.images().setState(id, ImageState.IMPORTING);
              commit(id, staged);
              staged.record(daos.images(), id);
              return images.importJob(locked, jobId, submission);
            });
    requireOf(id, job);
    return job;
  }

  /** The address of an upload says the name alone, and the name may be another image's by now. */
  private static void requireOf(UUID image, JobRow earlier) {
    if (!earlier.targetId().equals(image)) {
      throw new ProblemException(
          ProblemCode.IDEMPOTENCY_MISMATCH,
          "This Idempotency-Key came before for another image of this name, by job "
              + earlier.id());
    }
  }

  private static Optional<UUID> activeJob(Daos daos, UUID image) {
    return daos.jobs().activeJobOf(image);
  }

  private static void refuseUnlessAwaited(ImageRow image, Optional<UUID> job) {
    if (image.state() != ImageState.AWAITING_CONTENT) {
      String detail = "Image %s is %s".formatted(image.name(), image.state());
      throw job.map(j -> ProblemException.ofJob(ProblemCode.IMAGE_HAS_CONTENT, j, detail))
          .orElseGet(() -> new ProblemException(ProblemCode.IMAGE_HAS_CONTENT, detail));
    }
  }

  private void commit(UUID id, StagedContent staged) {
    try {
      store.commit(id, staged);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
