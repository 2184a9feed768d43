package io.holdfast.engine.recovery;

import io.holdfast.engine.db.PointChoice;
import io.holdfast.engine.db.RpoViolation;
import io.holdfast.engine.recovery.RecoveryQuestion.AskedInstance;
import io.holdfast.engine.recovery.RecoveryQuestion.KnownPoint;
import io.holdfast.engine.recovery.RunRefusal.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Chooses the recovery point of an instance. */
final class PointChooser {
  private PointChooser() {}

  /**
   * What was chosen.
   *
   * @param point null when no point will do
   */
  record Choice(@Nullable KnownPoint point, String why, Optional<RunRefusal> refusal) {
    private static Choice none(Reason reason, AskedInstance asked, String words) {
      return new Choice(null, "", Optional.of(PointChooser.refusal(reason, asked, words, true)));
    }
  }

  static Choice choose(RecoveryQuestion question, AskedInstance asked) {
    if (asked.group() == null) {
      return Choice.none(Reason.NOT_PROTECTED, asked, "no protection group has a point of it");
    }
    List<KnownPoint> whole = asked.points().stream().filter(point -> !point.broken()).toList();
    if (whole.isEmpty()) {
      return asked.points().isEmpty()
          ? Choice.none(Reason.NO_POINT, asked, "there is no recovery point yet")
          : Choice.none(
              Reason.POINT_BROKEN,
              asked,
              "recovery point %d is BROKEN, and there is no other"
                  .formatted(asked.points().get(0).number()));
    }
    Optional<KnownPoint> found = whole.stream().filter(wanted(asked)).findFirst();
    if (found.isEmpty()) {
      return Choice.none(Reason.NO_POINT, asked, "no recovery point was " + wish(asked));
    }
    KnownPoint point = found.get();
    return new Choice(point, why(asked, point), age(question, asked, point));
  }

  private static Predicate<KnownPoint> wanted(AskedInstance asked) {
    Instant at = asked.at();
    return switch (asked.choice()) {
      case LATEST -> point -> true;
      case LATEST_VERIFIED -> point -> point.verifiedAt() != null;
      case AT -> point -> at != null && !point.takenAt().isAfter(at);
    };
  }

  private static String wish(AskedInstance asked) {
    return switch (asked.choice()) {
      case LATEST -> "made";
      case LATEST_VERIFIED -> "verified";
      case AT -> "taken by " + asked.at();
    };
  }

  private static String why(AskedInstance asked, KnownPoint point) {
    String latest =
        switch (asked.choice()) {
          case LATEST -> "the latest";
          case LATEST_VERIFIED -> "the latest that was verified";
          case AT -> "the latest by " + asked.at();
        };
    KnownPoint newest = asked.points().get(0);
    return newest.broken() && newest.number() > point.number()
        ? latest + " that is whole: %d is BROKEN".formatted(newest.number())
        : latest;
  }

  /** A moment that was asked for by its time is as old as it is. */
  private static Optional<RunRefusal> age(
      RecoveryQuestion question, AskedInstance asked, KnownPoint point) {
    Duration rpo = asked.rpo();
    Duration age = Duration.between(point.takenAt(), question.now());
    if (rpo == null || asked.choice() == PointChoice.AT || RpoViolation.of(age, rpo) == null) {
      return Optional.empty();
    }
    String words =
        "recovery point %d is %s old, and the RPO is %s".formatted(point.number(), age, rpo);
    boolean stops = question.kind().rehearses(); // else minutes count, or a last round follows
    return Optional.of(refusal(Reason.POINT_OLD, asked, words, stops));
  }

  private static RunRefusal refusal(
      Reason reason, AskedInstance asked, String words, boolean stops) {
    return new RunRefusal(reason, asked.field(), asked.name(), null, words, stops);
  }
}
