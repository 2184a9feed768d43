package io.holdfast.engine.core;

import io.holdfast.engine.db.BandwidthLimitRow;
import io.holdfast.engine.db.BandwidthLimitRow.Window;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the streams between two sites may take. */
public final class BandwidthLimitService {
  private static final String UTC = "UTC";

  private final Database database;
  private final Acceptance acceptance;
  private final Clock clock;

  public BandwidthLimitService(Database database, Acceptance acceptance, Clock clock) {
    this.database = database;
    this.acceptance = acceptance;
    this.clock = clock;
  }

  /** A limit, with the names of its sites. */
  public record Limit(String from, String to, BandwidthLimitRow row) {}

  /** Those from this site to the others. */
  public List<Limit> list(String from) {
    return database.reading(
        daos -> {
          SiteRow site = site(daos, from);
          return daos.bandwidthLimits().from(site.id()).stream()
              .map(
                  row ->
                      new Limit(
                          site.name(),
                          daos.sites().findById(row.toSite()).map(SiteRow::name).orElse(""),
                          row))
              .toList();
        });
  }

  /** As a whole; disks that are being sent keep to what held when they began. */
  public Limit put(
      Submission submission,
      String from,
      String to,
      int mibPerSecond,
      @Nullable String timeZone,
      List<Window> windows) {
    String zone = timeZone == null ? UTC : DrillTiming.zone(timeZone).getId();
    for (int i = 0; i < windows.size(); i++) {
      if (windows.get(i).from().equals(windows.get(i).until())) {
        String field = "windows[%d].until".formatted(i);
        throw ProblemException.ofField(
            ProblemCode.INVALID_FIELD, field, field + ": is when the window begins");
      }
    }
    return acceptance.change(
        submission,
        limit -> limit.row().fromSite(),
        daos -> {
          SiteRow source = site(daos, from);
          SiteRow target = site(daos, to);
          if (source.id().equals(target.id())) {
            throw new ProblemException(
                ProblemCode.INVALID_REQUEST, "A limit is between two sites, not within one");
          }
          BandwidthLimitRow row =
              new BandwidthLimitRow(
                  source.id(), target.id(), mibPerSecond, zone, windows, Moment.now(clock));
          daos.bandwidthLimits().put(row);
          return new Limit(source.name(), target.name(), row);
        });
  }

  private static SiteRow site(Daos daos, String reference) {
    return Lookup.inPath("site", reference, daos.sites()::findById, daos.sites()::findByName);
  }
}
