package io.holdfast.workflows.model;

import org.jspecify.annotations.Nullable;

/**
 * What a guest's screen showed, or why nobody could see it.
 *
 * @param png the picture in base64; null when there is none
 * @param missing why there is none, for people; null when there is one
 */
public record GuestScreen(@Nullable String png, @Nullable String missing) {
  /** {@code png}: in base64. */
  public static GuestScreen of(String png) {
    return new GuestScreen(png, null);
  }

  public static GuestScreen missing(String why) {
    return new GuestScreen(null, why);
  }
}
