package io.holdfast.engine;

import com.codahale.metrics.health.HealthCheckRegistry;
import com.fasterxml.jackson.databind.DeserializationFeature;
import io.dropwizard.configuration.EnvironmentVariableSubstitutor;
import io.dropwizard.configuration.SubstitutingSourceProvider;
import io.dropwizard.configuration.YamlConfigurationFactory;
import io.dropwizard.core.Application;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.jackson.Jackson;
import io.dropwizard.jersey.setup.JerseyEnvironment;
import io.dropwizard.lifecycle.setup.LifecycleEnvironment;
import io.holdfast.config.KeyFile;
import io.holdfast.engine.api.ApiJson;
import io.holdfast.engine.auth.ContentAccess;
import io.holdfast.engine.cli.DatabaseCommand;
import io.holdfast.engine.cli.EngineServerCommand;
import io.holdfast.engine.cli.KeyCommand;
import io.holdfast.engine.cli.SigningKeyCommand;
import io.holdfast.engine.cli.TokenCommand;
import io.holdfast.engine.cli.UnsealCommand;
import io.holdfast.engine.cli.VerifyReportCommand;
import io.holdfast.engine.core.Acceptance;
import io.holdfast.engine.core.AuditService;
import io.holdfast.engine.core.BandwidthLimitService;
import io.holdfast.engine.core.ConsoleService;
import io.holdfast.engine.core.DirectionService;
import io.holdfast.engine.core.DrillScheduleService;
import io.holdfast.engine.core.DrillSweeper;
import io.holdfast.engine.core.EvacuationService;
import io.holdfast.engine.core.EventFeed;
import io.holdfast.engine.core.EventFollowers;
import io.holdfast.engine.core.FlavorService;
import io.holdfast.engine.core.HostService;
import io.holdfast.engine.core.ImageService;
import io.holdfast.engine.core.ImageUpload;
import io.holdfast.engine.core.InstanceService;
import io.holdfast.engine.core.JobService;
import io.holdfast.engine.core.JobSteering;
import io.holdfast.engine.core.JobWatch;
import io.holdfast.engine.core.LeaseService;
import io.holdfast.engine.core.LeaseSweeper;
import io.holdfast.engine.core.MigrationService;
import io.holdfast.engine.core.NetworkService;
import io.holdfast.engine.core.OrphanService;
import io.holdfast.engine.core.ProtectionGroupService;
import io.holdfast.engine.core.QuotaService;
import io.holdfast.engine.core.RecoveryPlanService;
import io.holdfast.engine.core.RecoveryPointService;
import io.holdfast.engine.core.ResizeService;
import io.holdfast.engine.core.RestoreService;
import io.holdfast.engine.core.RoundService;
import io.holdfast.engine.core.RoundSweeper;
import io.holdfast.engine.core.RunEditing;
import io.holdfast.engine.core.RunJanitor;
import io.holdfast.engine.core.RunPausing;
import io.holdfast.engine.core.RunRecords;
import io.holdfast.engine.core.RunService;
import io.holdfast.engine.core.SiteService;
import io.holdfast.engine.core.SnapshotService;
import io.holdfast.engine.core.TokenService;
import io.holdfast.engine.core.VolumeService;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.evidence.SigningKey;
import io.holdfast.engine.fencing.FencingAgents;
import io.holdfast.engine.health.DatabaseHealthCheck;
import io.holdfast.engine.health.HostsHealthCheck;
import io.holdfast.engine.health.Metrics;
import io.holdfast.engine.health.TemporalHealthCheck;
import io.holdfast.engine.image.ImageSignatures;
import io.holdfast.engine.image.ImageStore;
import io.holdfast.engine.image.ImageStoreActivitiesImpl;
import io.holdfast.engine.ledger.CensusLedgerActivitiesImpl;
import io.holdfast.engine.ledger.DowntimeLedgerActivitiesImpl;
import io.holdfast.engine.ledger.EvacuationLedgerActivitiesImpl;
import io.holdfast.engine.ledger.HostLedgerActivitiesImpl;
import io.holdfast.engine.ledger.ImageLedgerActivitiesImpl;
import io.holdfast.engine.ledger.JobActivitiesImpl;
import io.holdfast.engine.ledger.LeaseLedgerActivitiesImpl;
import io.holdfast.engine.ledger.LedgerActivitiesImpl;
import io.holdfast.engine.ledger.MigrationLedgerActivitiesImpl;
import io.holdfast.engine.ledger.MoveLedgerActivitiesImpl;
import io.holdfast.engine.ledger.OwnershipLedgerActivitiesImpl;
import io.holdfast.engine.ledger.ProtectionLedgerActivitiesImpl;
import io.holdfast.engine.ledger.RecoveryLedgerActivitiesImpl;
import io.holdfast.engine.ledger.ResizeLedgerActivitiesImpl;
import io.holdfast.engine.ledger.ReversalLedgerActivitiesImpl;
import io.holdfast.engine.ledger.RunPauses;
import io.holdfast.engine.ledger.SnapshotLedgerActivitiesImpl;
import io.holdfast.engine.ledger.VolumeLedgerActivitiesImpl;
import io.holdfast.engine.resources.AuditRecorder;
import io.holdfast.engine.resources.AuditResource;
import io.holdfast.engine.resources.BandwidthLimitResource;
import io.holdfast.engine.resources.ConsoleResource;
import io.holdfast.engine.resources.DrillScheduleResource;
import io.holdfast.engine.resources.EventResource;
import io.holdfast.engine.resources.FlavorResource;
import io.holdfast.engine.resources.HostEvacuationResource;
import io.holdfast.engine.resources.HostMaintenanceResource;
import io.holdfast.engine.resources.HostResource;
import io.holdfast.engine.resources.ImageContentResource;
import io.holdfast.engine.resources.ImageResource;
import io.holdfast.engine.resources.InstanceMigrationResource;
import io.holdfast.engine.resources.InstanceResource;
import io.holdfast.engine.resources.InstanceSizeResource;
import io.holdfast.engine.resources.InstanceSnapshotResource;
import io.holdfast.engine.resources.JobAnswers;
import io.holdfast.engine.resources.JobResource;
import io.holdfast.engine.resources.LeaseResource;
import io.holdfast.engine.resources.NetworkResource;
import io.holdfast.engine.resources.OpenApiResource;
import io.holdfast.engine.resources.OrphanResource;
import io.holdfast.engine.resources.PlannedMapper;
import io.holdfast.engine.resources.ProtectionGroupResource;
import io.holdfast.engine.resources.QuotaResource;
import io.holdfast.engine.resources.RecoveryPlanResource;
import io.holdfast.engine.resources.RecoveryPointResource;
import io.holdfast.engine.resources.RunResource;
import io.holdfast.engine.resources.SiteResource;
import io.holdfast.engine.resources.SnapshotResource;
import io.holdfast.engine.resources.TokenResource;
import io.holdfast.engine.resources.VolumeResource;
import io.holdfast.engine.seal.Resealing;
import io.holdfast.engine.seal.SecretSeal;
import io.holdfast.engine.temporal.ConsoleReader;
import io.holdfast.engine.temporal.ControlWorker;
import io.holdfast.engine.temporal.JobJanitor;
import io.holdfast.engine.temporal.OutboxSweeper;
import io.holdfast.engine.temporal.RunActivitiesImpl;
import io.holdfast.engine.temporal.RunningTransfers;
import io.holdfast.engine.temporal.TemporalClients;
import io.holdfast.engine.temporal.WorkflowStarter;
import io.holdfast.engine.webhook.StepCallouts;
import io.holdfast.engine.webhook.WebhookSender;
import io.holdfast.workflows.seal.Keyring;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.glassfish.jersey.server.ServerProperties;

/** Puts the control plane together. Everything it needs is made here, in the order of use. */
public final class EngineApplication extends Application<EngineConfiguration> {
  private final Clock clock = Clock.systemUTC();

  public static void main(String[] args) throws Exception {
    new EngineApplication().run(args);
  }

  @Override
  public String getName() {
    return "holdfast-engine";
  }

  @Override
  protected void addDefaultCommands(Bootstrap<EngineConfiguration> bootstrap) {
    bootstrap.addCommand(new EngineServerCommand(this));
    bootstrap.addCommand(new TokenCommand(System.out));
    bootstrap.addCommand(new DatabaseCommand());
    bootstrap.addCommand(new KeyCommand(System.out, clock));
    bootstrap.addCommand(new UnsealCommand(System.in, System.out));
    bootstrap.addCommand(new SigningKeyCommand(System.out));
    bootstrap.addCommand(new VerifyReportCommand(System.out));
  }

  @Override
  public void initialize(Bootstrap<EngineConfiguration> bootstrap) {
    bootstrap.setObjectMapper(ApiJson.mapper());
    bootstrap.setConfigurationSourceProvider(
        new SubstitutingSourceProvider(
            bootstrap.getConfigurationSourceProvider(), new EnvironmentVariableSubstitutor(false)));
    bootstrap.setConfigurationFactoryFactory(
        (type, validator, apiMapper, prefix) ->
            new YamlConfigurationFactory<>(
                type,
                validator,
                Jackson.newObjectMapper().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES),
                prefix));
  }

  @Override
  public void run(EngineConfiguration settings, Environment environment) throws IOException {
    LifecycleEnvironment life = environment.lifecycle();
    Keyring keyring = new Keyring(KeyFile.read(settings.encryption().keyFile()));
    Database database =
        new Database(
            ServerSetup.dataSource(settings.database(), environment), settings.placement());
    database.migrate();
    SecretSeal seal = new SecretSeal(keyring);
    new Resealing(database, seal).run();

    ImageStore store =
        new ImageStore(Path.of(settings.images().directory()), settings.images().maxBytes(), clock);
    ImageSignatures signatures =
        new ImageSignatures(database.daos().sharedKeys(), settings.images().publicUrl(), clock);

    TemporalClients temporal = new TemporalClients(settings.temporal(), keyring);
    WorkflowStarter starter = new WorkflowStarter(temporal.client(), database, clock);
    ControlWorker worker =
        new ControlWorker(
            temporal.client(),
            List.of(
                new LedgerActivitiesImpl(
                    database, id -> signatures.address(id.value()), seal, clock),
                new ImageLedgerActivitiesImpl(database, clock),
                new HostLedgerActivitiesImpl(database, clock),
                new CensusLedgerActivitiesImpl(database, clock),
                new JobActivitiesImpl(database, clock),
                new ImageStoreActivitiesImpl(database, store, settings.images().sourcePrefixes()),
                new VolumeLedgerActivitiesImpl(database, clock),
                new SnapshotLedgerActivitiesImpl(database, clock),
                new ResizeLedgerActivitiesImpl(database, clock),
                new DowntimeLedgerActivitiesImpl(database),
                new MigrationLedgerActivitiesImpl(database, seal, clock),
                new EvacuationLedgerActivitiesImpl(database, clock),
                new RecoveryLedgerActivitiesImpl(database, clock),
                new ReversalLedgerActivitiesImpl(database, clock),
                new MoveLedgerActivitiesImpl(database, clock),
                new OwnershipLedgerActivitiesImpl(
                    database, Duration.ofSeconds(settings.fencing().leaseSeconds()), clock),
                new FencingAgents(settings.fencing()),
                new StepCallouts(database, settings.callouts()),
                new RunPauses(database),
                new ProtectionLedgerActivitiesImpl(database, clock),
                new LeaseLedgerActivitiesImpl(database, clock),
                new RunActivitiesImpl(temporal.client())),
            Math.max(1, settings.database().maxConnections() / 2));
    ConsoleReader consoles = new ConsoleReader(temporal.client());
    JobWatch watch = new JobWatch(database, clock);
    RunningTransfers transfers = new RunningTransfers(temporal.client(), clock);
    life.manage(temporal);
    life.manage(starter);
    life.manage(new OutboxSweeper(database, starter, clock));
    life.manage(worker);
    life.manage(consoles);
    life.manage(transfers);
    life.manage(watch);
    ServerSetup.beforeItStops(environment, watch::stop);
    EventFeed feed = new EventFeed(database, clock);
    EventFollowers followers = new EventFollowers(database, feed);
    life.manage(followers);
    life.manage(feed);
    ServerSetup.beforeItStops(environment, feed::stop);

    Acceptance acceptance = new Acceptance(database, starter::dispatchSoon, clock);
    JobService jobs = new JobService(database, settings.ledger());
    InstanceService instances = new InstanceService(database, acceptance, seal, clock);
    life.manage(new LeaseSweeper(database, instances, clock));
    ProtectionGroupService groups = new ProtectionGroupService(database, acceptance, clock);
    RecoveryPointService points = new RecoveryPointService(database, acceptance, clock);
    RoundService rounds = new RoundService(database, acceptance, clock);
    life.manage(new RoundSweeper(database, rounds, clock));
    LeaseService leases = new LeaseService(database, acceptance, clock);
    ImageService images =
        new ImageService(database, acceptance, settings.images().sourcePrefixes(), clock);

    ServerSetup.answerWithProblems(settings, environment);
    ContentAccess access =
        new ContentAccess(ServerSetup.authenticate(database, environment), signatures);
    JobAnswers answers = new JobAnswers(jobs, watch, transfers);
    JerseyEnvironment http = environment.jersey();
    http.property(ServerProperties.LOCATION_HEADER_RELATIVE_URI_RESOLUTION_DISABLED, true);
    http.register(new PlannedMapper());
    http.register(new SiteResource(new SiteService(database, acceptance, clock)));
    HostService hosts = new HostService(database, acceptance, clock);
    EvacuationService evacuations = new EvacuationService(database, acceptance, clock);
    http.register(new HostResource(hosts, leases, answers));
    http.register(new HostMaintenanceResource(hosts, evacuations, answers));
    http.register(new HostEvacuationResource(evacuations));
    http.register(new FlavorResource(new FlavorService(database, acceptance, clock)));
    http.register(new NetworkResource(new NetworkService(database, acceptance, clock)));
    http.register(new ImageResource(images, leases, answers));
    http.register(
        new ImageContentResource(
            images, new ImageUpload(images, acceptance, store), store, access, answers));
    http.register(new OrphanResource(new OrphanService(database, acceptance, clock), answers));
    AuditService audit = new AuditService(database, clock);
    http.register(new AuditRecorder(audit));
    http.register(new AuditResource(audit));
    http.register(new EventResource(followers));
    http.register(new InstanceSizeResource(new ResizeService(acceptance, clock), answers));
    http.register(new InstanceMigrationResource(new MigrationService(acceptance, clock), answers));
    http.register(new VolumeResource(new VolumeService(database, acceptance, clock), answers));
    SnapshotService snapshots = new SnapshotService(database, acceptance, clock);
    http.register(new InstanceSnapshotResource(snapshots, answers));
    RestoreService restores = new RestoreService(acceptance, seal, clock);
    http.register(new SnapshotResource(snapshots, restores, answers));
    http.register(new ProtectionGroupResource(groups, rounds, points, answers));
    http.register(new RecoveryPointResource(points, restores, answers));
    RunService runs = new RunService(database, acceptance, clock);
    http.register(
        new RecoveryPlanResource(
            new RecoveryPlanService(database, acceptance, settings.callouts(), clock),
            runs,
            new DirectionService(runs),
            answers));
    DrillScheduleService schedules = new DrillScheduleService(database, acceptance, runs, clock);
    life.manage(new DrillSweeper(database, acceptance, runs, clock));
    life.manage(new RunJanitor(database, runs, clock));
    if (!settings.ledger().keepsForEver()) {
      life.manage(new JobJanitor(database, starter, settings.ledger().keepJobsDays(), clock));
    }
    if (settings.webhook().wanted()) {
      life.manage(new WebhookSender(database, settings.webhook(), clock));
    }
    http.register(new DrillScheduleResource(schedules, answers));
    SigningKey signer =
        settings.evidence().wanted()
            ? SigningKey.read(Path.of(settings.evidence().signingKeyFile()))
            : null;
    http.register(
        new RunResource(
            runs,
            new RunPausing(acceptance, clock),
            new RunEditing(acceptance, clock),
            new RunRecords(database, runs),
            signer));
    http.register(
        new JobResource(jobs, new JobSteering(acceptance, starter::deliverSoon, clock), answers));
    http.register(new InstanceResource(instances, leases, answers));
    http.register(new ConsoleResource(new ConsoleService(database, consoles)));
    http.register(new LeaseResource(leases, answers));
    http.register(new QuotaResource(new QuotaService(database, acceptance)));
    http.register(
        new BandwidthLimitResource(new BandwidthLimitService(database, acceptance, clock)));
    http.register(new TokenResource(new TokenService(database, clock)));
    http.register(new OpenApiResource());

    HealthCheckRegistry health = environment.healthChecks();
    health.register("database", new DatabaseHealthCheck(database));
    health.register("temporal", new TemporalHealthCheck(temporal, worker));
    health.register("hosts", new HostsHealthCheck(database, clock));
    environment
        .admin()
        .addServlet("prometheus", Metrics.servlet(environment.metrics(), database, clock))
        .addMapping("/metrics");
  }
}
