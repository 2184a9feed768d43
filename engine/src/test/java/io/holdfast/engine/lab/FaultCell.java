package io.holdfast.engine.lab;

import io.holdfast.workflows.model.JobKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One fault: this victim, in this step of this job. Steps come from {@link JobKind} itself. */
record FaultCell(JobKind job, String step, Victim victim) {
  static List<FaultCell> all() {
    List<FaultCell> cells = new ArrayList<>();
    for (JobKind job : List.of(JobKind.CREATE_INSTANCE, JobKind.DELETE_INSTANCE)) {
      for (String step : job.steps()) {
        Stream.of(Victim.values())
            .filter(victim -> victim.isThereIn(step))
            .forEach(victim -> cells.add(new FaultCell(job, step, victim)));
      }
    }
    return cells;
  }

  /** All cells in a random order. */
  static List<FaultCell> shuffled(long seed) {
    List<FaultCell> cells = all();
    Collections.shuffle(cells, new Random(seed));
    return cells;
  }

  /**
   * Those that are wanted, in the order of the jobs.
   *
   * @param wanted "all", a number of random ones, or patterns with commas between them, in which a
   *     star stands for anything: {@code create/define-domain/*,delete/*}
   */
  static List<FaultCell> chosen(String wanted, long seed) {
    if (wanted.matches("\\d+")) {
      return shuffled(seed).stream().limit(Long.parseLong(wanted)).toList();
    }
    List<FaultCell> cells = all().stream().filter(cell -> isWanted(wanted, cell.name())).toList();
    if (cells.isEmpty()) {
      throw new IllegalArgumentException("No cell is called " + wanted + "; there are " + all());
    }
    return cells;
  }

  /** {@code wanted}: "all" or patterns, as {@link #chosen} takes them. */
  static boolean isWanted(String wanted, String name) {
    return Stream.of(wanted.equals("all") ? new String[] {"*"} : wanted.split(",", -1))
        .map(each -> Pattern.compile("\\Q" + each.replace("*", "\\E.*\\Q") + "\\E"))
        .anyMatch(pattern -> pattern.matcher(name).matches());
  }

  boolean isCreate() {
    return job == JobKind.CREATE_INSTANCE;
  }

  /** {@code create/define-domain/libvirtd}. */
  String name() {
    return (isCreate() ? "create/" : "delete/") + step + "/" + victim.spelled();
  }

  @Override
  public String toString() {
    return name();
  }
}
