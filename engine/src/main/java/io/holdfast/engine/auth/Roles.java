package io.holdfast.engine.auth;

/**
 * Role names for {@code @RolesAllowed}, which takes constants only. Each includes the one before.
 */
public final class Roles {
  /** Reads everything but tokens, the audit and consoles. */
  public static final String VIEWER = "VIEWER";

  /**
   * Changes what runs and what protects it: instances, volumes, images, networks, groups, plans;
   * and steers jobs and runs, failovers among them.
   */
  public static final String OPERATOR = "OPERATOR";

  /** Changes sites, hosts, quotas, limits and tokens; takes by force; reads the audit. */
  public static final String ADMIN = "ADMIN";

  private Roles() {}
}
