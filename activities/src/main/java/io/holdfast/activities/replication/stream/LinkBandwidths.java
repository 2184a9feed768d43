package io.holdfast.activities.replication.stream;

import io.holdfast.workflows.model.StreamLimit;
import java.time.Clock;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What this host's streams to each other site may take together, by the newest word of it. */
final class LinkBandwidths {
  private final Clock clock;
  private final ConcurrentHashMap<String, Link> links = new ConcurrentHashMap<>();

  LinkBandwidths(Clock clock) {
    this.clock = clock;
  }

  /** {@code limit}: holds from now on for all streams over its link; null for no limit. */
  Bandwidth of(@Nullable StreamLimit limit) {
    if (limit == null) {
      return Bandwidth.UNLIMITED;
    }
    Link link = links.computeIfAbsent(limit.link(), unused -> new Link(limit));
    link.limit = limit;
    return link.bandwidth;
  }

  private final class Link {
    private final Bandwidth bandwidth = new Bandwidth(this::now);
    private volatile StreamLimit limit;

    Link(StreamLimit limit) {
      this.limit = limit;
    }

    private long now() {
      return limit.at(clock.instant());
    }
  }
}
