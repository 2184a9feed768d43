package io.holdfast.config;

/**
 * What reports of runs are signed with.
 *
 * @param signingKeyFile made by the command signing-key; empty, unless told, for none: then there
 *     are no bundles
 */
public record EvidenceSettings(String signingKeyFile) {
  /** What holds when the settings do not speak of it. */
  public static final EvidenceSettings NONE = new EvidenceSettings("");

  public EvidenceSettings {
    signingKeyFile = signingKeyFile == null ? "" : signingKeyFile;
  }

  /** True when reports are to be signed. */
  public boolean wanted() {
    return !signingKeyFile.isEmpty();
  }
}
