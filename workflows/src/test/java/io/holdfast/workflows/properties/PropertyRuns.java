package io.holdfast.workflows.properties;

import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A run for each thread of a test class: most of a property is waiting, so several run at once. */
final class PropertyRuns implements AutoCloseable {
  private final Collection<PropertyRun> all = new ConcurrentLinkedQueue<>();
  private final ThreadLocal<PropertyRun> own = ThreadLocal.withInitial(this::open);

  PropertyRun ofThisThread() {
    return own.get();
  }

  @Override
  public void close() {
    all.forEach(PropertyRun::close);
  }

  private PropertyRun open() {
    PropertyRun opened = new PropertyRun(true);
    all.add(opened);
    return opened;
  }
}
