package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.ImageCopyRow;
import io.holdfast.engine.db.PoolRow;
import io.holdfast.workflows.activity.ImageLedgerActivities;
import io.holdfast.workflows.activity.LedgerActivities.PlacementTarget;
import io.holdfast.workflows.model.ImageId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.StepUpdate;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** See {@link ImageLedgerActivities}. */
public final class ImageLedgerActivitiesImpl implements ImageLedgerActivities {
  private final Database database;
  private final Clock clock;

  public ImageLedgerActivitiesImpl(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  @Override
  public boolean isUploaded(ImageId image) {
    return Lookups.image(database.daos(), image.value()).sourceUrl() == null;
  }

  @Override
  public List<PlacementTarget> imageCopies(ImageId image) {
    return database.inTransaction(
        daos -> {
          Set<PlacementTarget> found = new LinkedHashSet<>();
          for (ImageCopyRow copy : daos.images().copies(image.value())) {
            found.add(target(daos, copy.hostId(), copy.pool()));
          }
          for (HostRow host : daos.hosts().active()) {
            if (host.unreachableSince() == null) {
              for (PoolRow pool : daos.hosts().pools(host.id())) {
                found.add(new PlacementTarget(Lookups.ref(host), pool.name()));
              }
            }
          }
          return List.copyOf(found);
        });
  }

  private static PlacementTarget target(Daos daos, UUID host, String pool) {
    return new PlacementTarget(Lookups.ref(Lookups.host(daos, host)), pool);
  }

  @Override
  public void completeImageDelete(JobId job, ImageId image, List<StepUpdate> updates) {
    Completion.record(
        database,
        clock,
        job,
        updates,
        daos -> {
          daos.images().tryDelete(image.value()); // notes of copies go with it
          return Results.id(image.value());
        });
  }
}
