package io.holdfast.workflows.model;

/** Names of job steps, as the API shows them. */
public final class Steps {
  public static final String ACTIVATE = "activate";
  public static final String ADOPT_DISKS = "adopt-disks";
  public static final String ATTACH_VOLUME = "attach-volume";
  public static final String AWAIT_GUEST = "await-guest";
  public static final String CHANGE_POWER = "change-power";
  public static final String CHECK_MEMORY = "check-memory";
  public static final String CHECK_ORPHAN = "check-orphan";
  public static final String CHECK_TARGET = "check-target";
  public static final String CHOOSE_POINTS = "choose-points";
  public static final String CLEAR_SOURCE = "clear-source";
  public static final String CLONE_DISKS = "clone-disks";
  public static final String CLONE_REPLICAS = "clone-replicas";
  public static final String CLOSE_BACKUPS = "close-backups";
  public static final String CLOSE_HOST = "close-host";
  public static final String CONFIRM_OFF = "confirm-off";
  public static final String CONNECT_PORTS = "connect-ports";
  public static final String COPY_DISKS = "copy-disks";
  public static final String CREATE_VOLUME = "create-volume";
  public static final String CREATE_VOLUMES = "create-volumes";
  public static final String DEFINE_DOMAIN = "define-domain";
  public static final String DELETE_CONTENT = "delete-content";
  public static final String DELETE_COPIES = "delete-copies";
  public static final String DELETE_SNAPSHOT = "delete-snapshot";
  public static final String DELETE_VOLUME = "delete-volume";
  public static final String DELETE_VOLUMES = "delete-volumes";
  public static final String DESCRIBE_DOMAIN = "describe-domain";
  public static final String DETACH_VOLUME = "detach-volume";
  public static final String DISCONNECT_PORTS = "disconnect-ports";
  public static final String DISCOVER = "discover";
  public static final String DROP_REPLACED = "drop-replaced";
  public static final String END_RUN = "end-run";
  public static final String FENCE = "fence";
  public static final String FENCE_SOURCE = "fence-source";
  public static final String FETCH_CONTENT = "fetch-content";
  public static final String FORGET = "forget";
  public static final String FREEZE_DISKS = "freeze-disks";
  public static final String GROW_VOLUME = "grow-volume";
  public static final String KEEP_COPIES = "keep-copies";
  public static final String MERGE_OVERLAYS = "merge-overlays";
  public static final String MOVE_INSTANCES = "move-instances";
  public static final String OPEN_BACKUPS = "open-backups";
  public static final String OPEN_HOST = "open-host";
  public static final String OPEN_REPLICAS = "open-replicas";
  public static final String PLACE_IMAGE = "place-image";
  public static final String PLAN_MOVES = "plan-moves";
  public static final String PLAN_REVERSAL = "plan-reversal";
  public static final String PLAN_ROUND = "plan-round";
  public static final String PLAN_RUN = "plan-run";
  public static final String PUBLISH = "publish";
  public static final String PURGE_POINTS = "purge-points";
  public static final String PURGE_RETIRED = "purge-retired";
  public static final String READ_BACK = "read-back";
  public static final String READ_POWER = "read-power";
  public static final String RECORD_ADOPTION = "record-adoption";
  public static final String RECORD_ATTACHMENT = "record-attachment";
  public static final String RECORD_CENSUS = "record-census";
  public static final String RECORD_CLEANUP = "record-cleanup";
  public static final String RECORD_HOST = "record-host";
  public static final String RECORD_MIGRATION = "record-migration";
  public static final String RECORD_OWNER = "record-owner";
  public static final String RECORD_POWER = "record-power";
  public static final String RECORD_PROMOTION = "record-promotion";
  public static final String RECORD_REMOVAL = "record-removal";
  public static final String RECORD_RESTORE = "record-restore";
  public static final String RECORD_ROUND = "record-round";
  public static final String RECORD_RUN = "record-run";
  public static final String RECORD_SIZE = "record-size";
  public static final String RECORD_SNAPSHOT = "record-snapshot";
  public static final String RECORD_VERDICT = "record-verdict";
  public static final String RELEASE = "release";
  public static final String RELEASE_ORIGINALS = "release-originals";
  public static final String REMOVE_GUESTS = "remove-guests";
  public static final String REMOVE_ORPHAN = "remove-orphan";
  public static final String REPLICATE_BACK = "replicate-back";
  public static final String REPLICATE_LAST = "replicate-last";
  public static final String RESERVE = "reserve";
  public static final String RESIZE_DOMAIN = "resize-domain";
  public static final String RESTORE_DISKS = "restore-disks";
  public static final String REVERSE_DIRECTION = "reverse-direction";
  public static final String RUN_PROBES = "run-probes";
  public static final String SEAL_REPLICAS = "seal-replicas";
  public static final String SEND_DISKS = "send-disks";
  public static final String START_DOMAIN = "start-domain";
  public static final String STOP_DOMAIN = "stop-domain";
  public static final String STOP_GUESTS = "stop-guests";
  public static final String SWITCH_OVER = "switch-over";
  public static final String TAKE_CENSUS = "take-census";
  public static final String TAKE_SNAPSHOT = "take-snapshot";
  public static final String UNDEFINE_DOMAIN = "undefine-domain";
  public static final String VERIFY_EMPTY = "verify-empty";
  public static final String VERIFY_ON_HOST = "verify-on-host";
  public static final String VERIFY_REMOVAL = "verify-removal";
  public static final String VERIFY_REPLICAS = "verify-replicas";

  private static final String OF_PLAN = "step-";

  private Steps() {}

  /** A run's step for a tier of its plan. */
  public static String recoverTier(String tier) {
    return "recover-" + tier;
  }

  /** A run's step that its plan has before or after a tier. */
  public static String ofPlan(String step) {
    return OF_PLAN + step;
  }

  /** True of what {@link #ofPlan} has named. */
  public static boolean isOfPlan(String step) {
    return step.startsWith(OF_PLAN);
  }
}
