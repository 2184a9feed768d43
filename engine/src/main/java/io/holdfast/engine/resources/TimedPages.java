package io.holdfast.engine.resources;

import io.holdfast.engine.db.PageRequest;
import io.swagger.v3.oas.annotations.Parameter;
import jakarta.ws.rs.QueryParam;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Pages of what becomes more by itself: the newest are wanted most. */
public final class TimedPages extends Pages {
  /** How they come. */
  enum Order {
    ASC,
    DESC
  }

  @QueryParam("order")
  @Parameter(description = "asc: oldest first; desc: newest first; asc unless told")
  private @Nullable String order;

  @QueryParam("since")
  @Parameter(description = "Begun at this time or after it (RFC 3339)")
  private @Nullable String since;

  @Override
  PageRequest request() {
    PageRequest asked = super.request();
    boolean newestFirst = Choice.of("order", Order.class, order) == Order.DESC;
    return new PageRequest(asked.cursor(), asked.limit(), newestFirst);
  }

  @Nullable Instant since() {
    return Choice.time("since", since);
  }
}
