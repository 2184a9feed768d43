package io.holdfast.engine.recovery;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * All that is needed to know whether the direction of a plan can be turned.
 *
 * @param site the plan's recovery site, where its instances are by now
 * @param copies an entry for each instance of the plan
 * @param groups that protect, or protected, any of them
 */
public record ReversalQuestion(UUID site, List<AskedCopy> copies, List<AskedGroup> groups) {

  /**
   * An instance of the plan.
   *
   * @param field where the plan names it
   * @param successor null when nothing has taken over from it
   * @param place of its disks; null when there is none
   * @param group its protection group, or null
   */
  public record AskedCopy(
      String field,
      UUID source,
      String name,
      @Nullable Successor successor,
      @Nullable Place place,
      @Nullable UUID group) {}

  /**
   * What has taken over.
   *
   * @param site where it is; null when it is nowhere
   * @param group the name of the protection group that it is in by itself, or null
   */
  public record Successor(UUID id, String name, @Nullable UUID site, @Nullable String group) {}

  /** Where disks are. */
  public record Place(String host, boolean reachable, UUID site, String siteName) {}

  /**
   * A protection group.
   *
   * @param active false when it is only kept for its points
   */
  public record AskedGroup(UUID id, String name, boolean active, List<Member> members) {
    /** An instance of it. */
    public record Member(UUID instance, String name) {}
  }
}
