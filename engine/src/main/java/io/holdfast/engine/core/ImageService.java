package io.holdfast.engine.core;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.engine.db.Compression;
import io.holdfast.engine.db.ContentFormat;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.ImageRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PageRequest;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.engine.outside.OutsideAddress;
import io.holdfast.workflows.model.GuestReadiness;
import io.holdfast.workflows.model.JobKind;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Images. Their content comes from an address, or by an upload; a job proves it on a host. */
public final class ImageService {
  private final Database database;
  private final Acceptance acceptance;
  private final List<String> sourcePrefixes;
  private final Clock clock;

  /** {@code sourcePrefixes}: addresses that an import may start with; none is upload only. */
  public ImageService(
      Database database, Acceptance acceptance, List<String> sourcePrefixes, Clock clock) {
    this.database = database;
    this.acceptance = acceptance;
    this.sourcePrefixes = sourcePrefixes;
    this.clock = clock;
  }

  /** What a caller says of a new image. */
  public record NewImage(
      String name,
      ContentFormat format,
      Compression compression,
      GuestReadiness readiness,
      @Nullable String sha256) {}

  /** An image and the job that works on it. */
  public record Image(ImageRow row, @Nullable UUID activeJob) {}

  /** An image that waits for its content. */
  public ImageRow create(Submission submission, NewImage wanted) {
    return acceptance.definition(
        submission,
        UUID.randomUUID(),
        (daos, id) -> {
          ImageRow row = row(id, wanted, ImageState.AWAITING_CONTENT, null);
          daos.images().insert(row);
          return row;
        },
        (daos, id) -> daos.images().findById(id));
  }

  /** An image whose content the engine fetches itself. */
  public JobRow importFrom(Submission submission, NewImage wanted, String source) {
    OutsideAddress address = new OutsideAddress(source);
    refuseIf(address.namesUser(), "must name no user or password: they would not be used");
    refuseIf(!address.isPlain(), OutsideAddress.PLAIN_MESSAGE);
    refuseIf(
        !address.isAmong(sourcePrefixes),
        "is not among the addresses that this engine may import from"
            + " (settings: images.sourcePrefixes)");
    return acceptance.job(
        submission,
        UUID.randomUUID(),
        (daos, jobId) -> {
          ImageRow row = row(UUID.randomUUID(), wanted, ImageState.IMPORTING, source);
          daos.images().insert(row);
          return importJob(row, jobId, submission);
        });
  }

  private static void refuseIf(boolean wrong, String why) {
    if (wrong) {
      throw ProblemException.ofField(ProblemCode.INVALID_FIELD, "source", "source " + why);
    }
  }

  /**
   * Refused while an instance refers to the image; the lock orders this and creates that refer to
   * it. One whose delete failed half-way is deleted again.
   */
  public JobRow delete(Submission submission, String reference) {
    return acceptance.job(
        submission,
        UUID.randomUUID(),
        (daos, jobId) -> {
          UUID id = find(daos, reference).id();
          ImageRow image = daos.images().lock(id).orElseThrow(() -> Lookup.missing("image"));
          if (daos.jobs().activeJobOf(id).isEmpty()) { // else the acceptance names that job
            daos.images().beginDelete(id);
          }
          return job(JobKind.DELETE_IMAGE, image, jobId, submission);
        });
  }

  public List<Image> list(PageRequest page, @Nullable String name) {
    Daos daos = database.daos();
    return daos.images().list(page, name).stream().map(row -> withJob(daos, row)).toList();
  }

  /** By id or name. */
  public Image get(String reference) {
    return withJob(database.daos(), find(reference));
  }

  /** Empty when there is none of this id or name. */
  Optional<ImageRow> named(String reference) {
    Daos daos = database.daos();
    return Lookup.find(reference, daos.images()::findById, daos.images()::findByName);
  }

  ImageRow find(String reference) {
    return find(database.daos(), reference);
  }

  private static ImageRow find(Daos daos, String reference) {
    return Lookup.inPath("image", reference, daos.images()::findById, daos.images()::findByName);
  }

  JobRow importJob(ImageRow image, UUID jobId, Submission submission) {
    return job(JobKind.IMPORT_IMAGE, image, jobId, submission);
  }

  private JobRow job(JobKind kind, ImageRow image, UUID jobId, Submission submission) {
    return JobRow.pending(
        jobId,
        kind,
        TargetType.IMAGE,
        image.id(),
        image.name(),
        JsonNodeFactory.instance.objectNode(),
        submission.caller(),
        Moment.now(clock));
  }

  private static Image withJob(Daos daos, ImageRow row) {
    boolean changing = row.state() == ImageState.IMPORTING || row.state() == ImageState.DELETING;
    return new Image(row, changing ? daos.jobs().activeJobOf(row.id()).orElse(null) : null);
  }

  private ImageRow row(UUID id, NewImage wanted, ImageState state, @Nullable String source) {
    return new ImageRow(
        id,
        wanted.name(),
        state,
        wanted.format(),
        wanted.compression(),
        wanted.readiness(),
        source,
        wanted.sha256() == null ? null : wanted.sha256().toLowerCase(Locale.ROOT),
        null,
        null,
        null,
        null,
        null,
        Moment.now(clock));
  }
}
