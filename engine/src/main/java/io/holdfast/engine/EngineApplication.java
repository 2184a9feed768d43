package io.holdfast.engine;

import com.github.benmanes.caffeine.cache.Caffeine;
import io.dropwizard.auth.AuthDynamicFeature;
import io.dropwizard.auth.CachingAuthenticator;
import io.dropwizard.configuration.EnvironmentVariableSubstitutor;
import io.dropwizard.configuration.SubstitutingSourceProvider;
import io.dropwizard.configuration.YamlConfigurationFactory;
import io.dropwizard.core.Application;
import io.dropwizard.core.server.AbstractServerFactory;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.db.DataSourceFactory;
import io.dropwizard.db.ManagedDataSource;
import io.dropwizard.jackson.Jackson;
import io.dropwizard.jersey.setup.JerseyEnvironment;
import io.dropwizard.util.Duration;
import io.holdfast.config.DatabaseSettings;
import io.holdfast.engine.api.ApiJson;
import io.holdfast.engine.auth.BearerFilter;
import io.holdfast.engine.auth.Caller;
import io.holdfast.engine.auth.TokenAuthenticator;
import io.holdfast.engine.cli.DatabaseCommand;
import io.holdfast.engine.cli.EngineServerCommand;
import io.holdfast.engine.cli.TokenCommand;
import io.holdfast.engine.core.Acceptance;
import io.holdfast.engine.core.FlavorService;
import io.holdfast.engine.core.HostService;
import io.holdfast.engine.core.ImageService;
import io.holdfast.engine.core.InstanceService;
import io.holdfast.engine.core.JobService;
import io.holdfast.engine.core.JobWatch;
import io.holdfast.engine.core.NetworkService;
import io.holdfast.engine.core.SiteService;
import io.holdfast.engine.core.TokenService;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.Role;
import io.holdfast.engine.errors.ContextErrorHandler;
import io.holdfast.engine.errors.Problems;
import io.holdfast.engine.errors.RequestLimits;
import io.holdfast.engine.errors.ServerErrorHandler;
import io.holdfast.engine.health.DatabaseHealthCheck;
import io.holdfast.engine.health.HostsHealthCheck;
import io.holdfast.engine.health.Metrics;
import io.holdfast.engine.resources.FlavorResource;
import io.holdfast.engine.resources.HostResource;
import io.holdfast.engine.resources.ImageResource;
import io.holdfast.engine.resources.InstanceResource;
import io.holdfast.engine.resources.JobAnswers;
import io.holdfast.engine.resources.JobResource;
import io.holdfast.engine.resources.NetworkResource;
import io.holdfast.engine.resources.SiteResource;
import io.holdfast.engine.resources.TokenResource;
import java.time.Clock;
import java.util.function.Consumer;
import org.glassfish.jersey.server.filter.RolesAllowedDynamicFeature;

/** Puts the control plane together. Everything it needs is made here, in the order of use. */
public final class EngineApplication extends Application<EngineConfiguration> {
  /** How long a deleted token may go on working. */
  private static final java.time.Duration TOKEN_MEMORY = java.time.Duration.ofSeconds(5);

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
  }

  @Override
  public void initialize(Bootstrap<EngineConfiguration> bootstrap) {
    bootstrap.setObjectMapper(ApiJson.mapper());
    bootstrap.setConfigurationSourceProvider(
        new SubstitutingSourceProvider(
            bootstrap.getConfigurationSourceProvider(), new EnvironmentVariableSubstitutor(false)));
    bootstrap.setConfigurationFactoryFactory(
        (type, validator, apiMapper, prefix) ->
            new YamlConfigurationFactory<>(type, validator, Jackson.newObjectMapper(), prefix));
  }

  @Override
  public void run(EngineConfiguration settings, Environment environment) {
    Database database = new Database(dataSource(settings.database(), environment));
    database.migrate();

    Consumer<JobRow> dispatcher = job -> {};
    Acceptance acceptance = new Acceptance(database, dispatcher, clock);
    JobService jobs = new JobService(database);
    JobWatch watch = new JobWatch(database, clock);
    environment.lifecycle().manage(watch);
    JobAnswers answers = new JobAnswers(jobs, watch);

    JerseyEnvironment http = environment.jersey();
    answerWithProblems(settings, environment);
    authenticate(database, environment);
    http.register(new SiteResource(new SiteService(database, acceptance, clock)));
    http.register(new HostResource(new HostService(database, acceptance, clock), answers));
    http.register(new FlavorResource(new FlavorService(database, acceptance, clock)));
    http.register(new NetworkResource(new NetworkService(database, acceptance, clock)));
    http.register(
        new ImageResource(
            new ImageService(database, acceptance, settings.images().sourcePrefixes(), clock),
            answers));
    http.register(new InstanceResource(new InstanceService(database, acceptance, clock), answers));
    http.register(new JobResource(jobs, answers));
    http.register(new TokenResource(new TokenService(database, clock)));

    environment.healthChecks().register("database", new DatabaseHealthCheck(database));
    environment.healthChecks().register("hosts", new HostsHealthCheck(database, clock));
    environment
        .admin()
        .addServlet("prometheus", Metrics.servlet(environment.metrics(), database))
        .addMapping("/metrics");
  }

  private static void answerWithProblems(EngineConfiguration settings, Environment environment) {
    AbstractServerFactory server = (AbstractServerFactory) settings.getServerFactory();
    server.setRegisterDefaultExceptionMappers(false);
    environment.getApplicationContext().setErrorHandler(new ContextErrorHandler());
    environment
        .lifecycle()
        .addServerLifecycleListener(jetty -> jetty.setErrorHandler(new ServerErrorHandler()));
    Problems.mappers().forEach(environment.jersey()::register);
    environment.jersey().register(new RequestLimits());
  }

  private static void authenticate(Database database, Environment environment) {
    BearerFilter filter =
        new BearerFilter.Builder()
            .setAuthenticator(
                new CachingAuthenticator<>(
                    environment.metrics(),
                    new TokenAuthenticator(database),
                    Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(TOKEN_MEMORY)))
            .setAuthorizer((caller, role, request) -> caller.has(Role.valueOf(role)))
            .setPrefix("Bearer")
            .setRealm("holdfast")
            .buildAuthFilter();
    environment.jersey().register(new AuthDynamicFeature(filter));
    environment.jersey().register(RolesAllowedDynamicFeature.class);
    environment
        .jersey()
        .register(new io.dropwizard.auth.AuthValueFactoryProvider.Binder<>(Caller.class));
  }

  private static ManagedDataSource dataSource(DatabaseSettings settings, Environment environment) {
    DataSourceFactory factory = new DataSourceFactory();
    factory.setDriverClass("org.postgresql.Driver");
    factory.setUrl(settings.url());
    factory.setUser(settings.user());
    factory.setPassword(settings.password());
    factory.setMinSize(1);
    factory.setInitialSize(1);
    factory.setMaxSize(settings.maxConnections());
    factory.setMaxWaitForConnection(Duration.seconds(5));
    factory.setCheckConnectionOnBorrow(true);
    ManagedDataSource source = factory.build(environment.metrics(), "database");
    environment.lifecycle().manage(source);
    return source;
  }
}
