package io.holdfast.engine.core;

import io.holdfast.engine.db.EventRow;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which events a follower wants.
 *
 * @param types whole types, or nouns, which stand for all of their types; none is all
 * @param target id or name of the resource, or id of the job; null is all
 */
public record EventFilter(Set<String> types, @Nullable String target) {
  boolean takes(EventRow event) {
    return takesType(event.type()) && takesTarget(event);
  }

  private boolean takesType(String type) {
    return types.isEmpty()
        || types.contains(type)
        || types.contains(type.substring(0, type.indexOf('.')));
  }

  private boolean takesTarget(EventRow event) {
    return target == null
        || target.equals(event.resourceName())
        || target.equals(event.resourceId().toString())
        || target.equals(String.valueOf(event.jobId()));
  }
}
