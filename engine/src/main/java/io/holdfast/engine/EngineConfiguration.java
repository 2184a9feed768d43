package io.holdfast.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.dropwizard.core.Configuration;
import io.holdfast.config.CalloutSettings;
import io.holdfast.config.DatabaseSettings;
import io.holdfast.config.EncryptionSettings;
import io.holdfast.config.EvidenceSettings;
import io.holdfast.config.FencingSettings;
import io.holdfast.config.ImageSettings;
import io.holdfast.config.LedgerSettings;
import io.holdfast.config.PlacementSettings;
import io.holdfast.config.TemporalSettings;
import io.holdfast.config.WebhookSettings;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import org.jspecify.annotations.Nullable;

/** The engine's settings: ours, and Dropwizard's for server, logging and metrics. */
public final class EngineConfiguration extends Configuration {
  private final @Valid @NotNull DatabaseSettings database;
  private final @Valid @NotNull TemporalSettings temporal;
  private final @Valid @NotNull ImageSettings images;
  private final @Valid @NotNull EncryptionSettings encryption;
  private final @Valid @NotNull WebhookSettings webhook;
  private final @Valid @NotNull EvidenceSettings evidence;
  private final @Valid @NotNull FencingSettings fencing;
  private final @Valid @NotNull CalloutSettings callouts;
  private final @Valid @NotNull PlacementSettings placement;
  private final @Valid @NotNull LedgerSettings ledger;

  public EngineConfiguration(
      @JsonProperty("database") DatabaseSettings database,
      @JsonProperty("temporal") TemporalSettings temporal,
      @JsonProperty("images") ImageSettings images,
      @JsonProperty("encryption") @Nullable EncryptionSettings encryption,
      @JsonProperty("webhook") @Nullable WebhookSettings webhook,
      @JsonProperty("evidence") @Nullable EvidenceSettings evidence,
      @JsonProperty("fencing") @Nullable FencingSettings fencing,
      @JsonProperty("callouts") @Nullable CalloutSettings callouts,
      @JsonProperty("placement") @Nullable PlacementSettings placement,
      @JsonProperty("ledger") @Nullable LedgerSettings ledger) {
    this.database = database;
    this.temporal = temporal;
    this.images = images;
    this.encryption = encryption == null ? EncryptionSettings.DEFAULT : encryption;
    this.webhook = webhook == null ? WebhookSettings.NONE : webhook;
    this.evidence = evidence == null ? EvidenceSettings.NONE : evidence;
    this.fencing = fencing == null ? FencingSettings.NONE : fencing;
    this.callouts = callouts == null ? CalloutSettings.NONE : callouts;
    this.placement = placement == null ? PlacementSettings.DEFAULT : placement;
    this.ledger = ledger == null ? LedgerSettings.DEFAULT : ledger;
  }

  public DatabaseSettings database() {
    return database;
  }

  public TemporalSettings temporal() {
    return temporal;
  }

  public ImageSettings images() {
    return images;
  }

  public EncryptionSettings encryption() {
    return encryption;
  }

  public EvidenceSettings evidence() {
    return evidence;
  }

  public WebhookSettings webhook() {
    return webhook;
  }

  public FencingSettings fencing() {
    return fencing;
  }

  public CalloutSettings callouts() {
    return callouts;
  }

  public PlacementSettings placement() {
    return placement;
  }

  public LedgerSettings ledger() {
    return ledger;
  }
}
