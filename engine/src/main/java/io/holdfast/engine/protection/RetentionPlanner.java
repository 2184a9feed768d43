package io.holdfast.engine.protection;

import io.holdfast.engine.db.Retention;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Says which points are kept, and why. Of an hour, a day (UTC) or a week (ISO) the last point
 * stands for it; hours without a point do not count. Points that are held are not asked about.
 */
public final class RetentionPlanner {
  private static final DateTimeFormatter HOUR = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH");
  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyy-MM-dd");
  private static final DateTimeFormatter WEEK =
      DateTimeFormatter.ofPattern("YYYY-'W'ww", Locale.UK);

  private RetentionPlanner() {}

  /** A point that may be recovered from. */
  public record Point(long number, Instant takenAt, boolean held) {}

  /** By number: {@code keeps} with the first reason, {@code retires} in order. */
  public record Plan(Map<Long, String> keeps, List<Long> retires) {}

  public static Plan plan(Retention retention, List<Point> points) {
    List<Point> newestFirst =
        points.stream().sorted(Comparator.comparing(Point::number).reversed()).toList();
    Map<Long, String> keeps = new TreeMap<>();
    newestFirst.stream().filter(Point::held).forEach(p -> keeps.put(p.number(), "held"));
    newestFirst.stream()
        .limit(Math.max(1, retention.keepLast()))
        .forEach(p -> keeps.putIfAbsent(p.number(), "last"));
    keepOnePer("hour ", HOUR, retention.hourly(), newestFirst, keeps);
    keepOnePer("day ", DAY, retention.daily(), newestFirst, keeps);
    keepOnePer("week ", WEEK, retention.weekly(), newestFirst, keeps);
    return new Plan(
        keeps,
        newestFirst.stream()
            .map(Point::number)
            .filter(number -> !keeps.containsKey(number))
            .sorted()
            .toList());
  }

  private static void keepOnePer(
      String what,
      DateTimeFormatter span,
      int most,
      List<Point> newestFirst,
      Map<Long, String> keeps) {
    Set<String> seen = new LinkedHashSet<>();
    for (Point point : newestFirst) {
      String of = span.format(ZonedDateTime.ofInstant(point.takenAt(), ZoneOffset.UTC));
      if (seen.size() < most && seen.add(of)) {
        keeps.putIfAbsent(point.number(), what + of);
      }
    }
  }
}
