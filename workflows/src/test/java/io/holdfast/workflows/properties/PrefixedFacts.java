package io.holdfast.workflows.properties;

import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Set;

/** The facts of another host, kept among those of the first under names of their own. */
final class PrefixedFacts extends AbstractSet<String> {
  private final Set<String> all;
  private final String prefix;

  PrefixedFacts(Set<String> all, String prefix) {
    this.all = all;
    this.prefix = prefix;
  }

  @Override
  public boolean add(String fact) {
    return all.add(prefix + fact);
  }

  @Override
  public boolean remove(Object fact) {
    return all.remove(prefix + fact);
  }

  @Override
  public boolean contains(Object fact) {
    return all.contains(prefix + fact);
  }

  @Override
  public Iterator<String> iterator() {
    return all.stream()
        .filter(fact -> fact.startsWith(prefix))
        .map(fact -> fact.substring(prefix.length()))
        .iterator();
  }

  @Override
  public int size() {
    return (int) all.stream().filter(fact -> fact.startsWith(prefix)).count();
  }
}
