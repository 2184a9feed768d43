package io.holdfast.engine.auth;

/**
 * Role names for {@code @RolesAllowed}, which takes constants only. Each includes the one before.
 */
public final class Roles {
  /** Reads everything but tokens. */
  public static final String VIEWER = "VIEWER";

  /** Changes instances, images, flavors and networks. */
  public static final String OPERATOR = "OPERATOR";

  /** Changes sites, hosts and tokens. */
  public static final String ADMIN = "ADMIN";

  private Roles() {}
}
