package io.holdfast.workflows.model;

/** Names of job steps, as the API shows them. */
public final class Steps {
  public static final String ACTIVATE = "activate";
  public static final String AWAIT_GUEST = "await-guest";
  public static final String CHANGE_POWER = "change-power";
  public static final String CLOSE_HOST = "close-host";
  public static final String CONNECT_PORTS = "connect-ports";
  public static final String CREATE_VOLUMES = "create-volumes";
  public static final String DEFINE_DOMAIN = "define-domain";
  public static final String DELETE_CONTENT = "delete-content";
  public static final String DELETE_COPIES = "delete-copies";
  public static final String DELETE_VOLUMES = "delete-volumes";
  public static final String DISCONNECT_PORTS = "disconnect-ports";
  public static final String DISCOVER = "discover";
  public static final String FETCH_CONTENT = "fetch-content";
  public static final String FORGET = "forget";
  public static final String OPEN_HOST = "open-host";
  public static final String PLACE_IMAGE = "place-image";
  public static final String RECORD_HOST = "record-host";
  public static final String RECORD_POWER = "record-power";
  public static final String RELEASE = "release";
  public static final String RESERVE = "reserve";
  public static final String START_DOMAIN = "start-domain";
  public static final String STOP_DOMAIN = "stop-domain";
  public static final String UNDEFINE_DOMAIN = "undefine-domain";
  public static final String VERIFY_ON_HOST = "verify-on-host";

  private Steps() {}
}
