package io.holdfast.engine.resources;

import io.swagger.v3.oas.annotations.Parameter;
import jakarta.ws.rs.QueryParam;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Pages of what has names. */
public final class Paging extends Pages {
  private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,63}");

  @QueryParam("name")
  @Parameter(description = "Only the item of exactly this name")
  private @Nullable String name;

  @Nullable String name() {
    return name("name", name);
  }

  /** A name or an id of a query's parameter, or null. */
  static @Nullable String name(String parameter, @Nullable String value) {
    if (value != null && !NAME.matcher(value).matches()) {
      throw Choice.invalid(parameter, parameter + " is no name of anything");
    }
    return value;
  }
}
