package io.holdfast.engine.recovery;

import io.holdfast.engine.recovery.ReversalQuestion.AskedCopy;
import io.holdfast.engine.recovery.ReversalQuestion.AskedGroup;
import io.holdfast.engine.recovery.ReversalQuestion.Place;
import io.holdfast.engine.recovery.ReversalQuestion.Successor;
import io.holdfast.engine.recovery.RunRefusal.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says whether the direction of a plan can be turned, and to which site. It is turned as a whole: a
 * plan, and a group, has one direction, and half of each would protect nobody reliably.
 */
public final class ReversalPlanner {
  private final ReversalQuestion question;
  private final List<RunRefusal> refusals = new ArrayList<>();

  private ReversalPlanner(ReversalQuestion question) {
    this.question = question;
  }

  public static PlannedReversal plan(ReversalQuestion question) {
    return new ReversalPlanner(question).plan();
  }

  private PlannedReversal plan() {
    Place first =
        question.copies().stream()
            .map(AskedCopy::place)
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null);
    question.copies().forEach(copy -> judge(copy, first));
    question.groups().forEach(this::judge);
    return new PlannedReversal(
        first == null ? null : first.site(),
        first == null ? null : first.siteName(),
        question.groups().stream().map(AskedGroup::id).toList(),
        question.copies(),
        List.copyOf(refusals));
  }

  private void judge(AskedCopy copy, @Nullable Place first) {
    Successor successor = copy.successor();
    if (successor == null) {
      refuse(Reason.NOT_RECOVERED, copy, "nothing has taken over from it; a plan is turned whole");
      return;
    }
    if (copy.group() == null) {
      refuse(Reason.NOT_PROTECTED, copy, "no protection group has it");
    }
    if (successor.group() != null) {
      refuse(
          Reason.PROTECTED_ALREADY,
          copy,
          "%s is in protection group %s".formatted(successor.name(), successor.group()));
    }
    if (!question.site().equals(successor.site())) {
      refuse(Reason.OTHER_SITE, copy, successor.name() + " is not at the recovery site");
    }
    judge(copy, copy.place(), first);
  }

  private void judge(AskedCopy copy, @Nullable Place place, @Nullable Place first) {
    if (place == null || first == null) {
      refuse(Reason.SOURCE_GONE, copy, "nothing of it is left at the old site");
    } else if (place.site().equals(question.site())) {
      refuse(
          Reason.OTHER_SITE,
          copy,
          "its old disks are on %s, at the recovery site".formatted(place.host()));
    } else if (!place.site().equals(first.site())) {
      refuse(
          Reason.OTHER_SITE,
          copy,
          "its old disks are at %s, and those of others at %s"
              .formatted(place.siteName(), first.siteName()));
    } else if (!place.reachable()) {
      refusals.add(
          new RunRefusal(
              Reason.HOST_SILENT,
              copy.field(),
              copy.name(),
              place.host(),
              place.host() + ": the host's worker does not answer",
              true));
    }
  }

  private void judge(AskedGroup group) {
    if (!group.active()) {
      refusals.add(
          new RunRefusal(
              Reason.NOT_PROTECTED,
              "tiers",
              group.name(),
              null,
              "the protection group was dissolved",
              true));
    }
    Set<UUID> planned =
        question.copies().stream().map(AskedCopy::source).collect(Collectors.toSet());
    for (AskedGroup.Member member : group.members()) {
      if (!planned.contains(member.instance())) {
        refusals.add(
            new RunRefusal(
                Reason.NOT_RECOVERED,
                "tiers",
                member.name(),
                null,
                "it is in protection group %s, which is turned whole, and the plan has it not"
                    .formatted(group.name()),
                true));
      }
    }
  }

  private void refuse(Reason reason, AskedCopy copy, String words) {
    refusals.add(new RunRefusal(reason, copy.field(), copy.name(), null, words, true));
  }
}
