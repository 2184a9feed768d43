package io.holdfast.engine.resources;

import io.holdfast.engine.api.Page;
import io.holdfast.engine.db.PageRequest;
import io.swagger.v3.oas.annotations.Parameter;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Lists in pages, oldest first unless told, by cursor: no page costs more than the first. */
public class Pages {
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1000;
  private static final Pattern NUMBER = Pattern.compile("\\d{1,6}");

  @QueryParam("limit")
  @Parameter(description = "Most items of a page, 1 to 1000; 100 unless told")
  private @Nullable String limit;

  @QueryParam("cursor")
  @Parameter(description = "From the header Link, rel=next")
  private @Nullable String cursor;

  @Context private @Nullable UriInfo uri;

  /** One row more than is shown, to know whether there are more. */
  PageRequest request() {
    Optional<PageRequest.Cursor> after = Optional.ofNullable(cursor).map(Cursors::decode);
    return new PageRequest(after, limit() + 1);
  }

  /** {@code rows}: what the request found. */
  <R, T> Response page(
      List<R> rows, Function<R, T> toItem, Function<R, PageRequest.Cursor> position) {
    int most = limit();
    List<R> shown = rows.subList(0, Math.min(most, rows.size()));
    Response.ResponseBuilder response =
        Response.ok(new Page<>(shown.stream().map(toItem).toList()));
    if (rows.size() > most) {
      String next =
          Objects.requireNonNull(uri)
              .getRequestUriBuilder()
              .replaceQueryParam("cursor", Cursors.encode(position.apply(shown.get(most - 1))))
              .build()
              .toString();
      response.header(HttpHeaders.LINK, "<" + next + ">; rel=\"next\"");
    }
    return response.build();
  }

  private int limit() {
    if (limit == null) {
      return DEFAULT_LIMIT;
    }
    int number = NUMBER.matcher(limit).matches() ? Integer.parseInt(limit) : 0;
    if (number < 1 || number > MAX_LIMIT) {
      throw Choice.invalid("limit", "limit must be a number from 1 to " + MAX_LIMIT);
    }
    return number;
  }
}
