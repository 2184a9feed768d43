package io.holdfast.engine;

import com.github.benmanes.caffeine.cache.Caffeine;
import io.dropwizard.auth.AuthDynamicFeature;
import io.dropwizard.auth.Authenticator;
import io.dropwizard.auth.CachingAuthenticator;
import io.dropwizard.core.server.AbstractServerFactory;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.db.DataSourceFactory;
import io.dropwizard.db.ManagedDataSource;
import io.dropwizard.db.ManagedPooledDataSource;
import io.holdfast.config.DatabaseSettings;
import io.holdfast.engine.auth.BearerFilter;
import io.holdfast.engine.auth.BearerToken;
import io.holdfast.engine.auth.Caller;
import io.holdfast.engine.auth.TokenAuthenticator;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.Role;
import io.holdfast.engine.errors.ConnectionEnds;
import io.holdfast.engine.errors.ContextErrorHandler;
import io.holdfast.engine.errors.Problem;
import io.holdfast.engine.errors.Problems;
import io.holdfast.engine.errors.RequestLimits;
import io.holdfast.engine.errors.ServerErrorHandler;
import io.holdfast.engine.resources.KnownQueries;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.Set;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.LifeCycle;
import org.glassfish.jersey.server.filter.RolesAllowedDynamicFeature;

/** What Dropwizard must be told once: errors, tokens, compression, and the pool of connections. */
final class ServerSetup {
  /** How long a deleted token may go on working. */
  private static final Duration TOKEN_MEMORY = Duration.ofSeconds(5);

  /** Some of them nothing knows: Jersey refuses them with the header Allow, Dropwizard without. */
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "QUERY");

  private static final int MOST_TOKENS = 10_000;

  private ServerSetup() {}

  /**
   * Before the server is built: no error leaves but as a problem, and ranges are not compressed.
   */
  static void answerWithProblems(EngineConfiguration settings, Environment environment) {
    AbstractServerFactory server = (AbstractServerFactory) settings.getServerFactory();
    server.setRegisterDefaultExceptionMappers(false);
    server.setAllowedMethods(METHODS);
    server
        .getGzipFilterFactory()
        .setCompressedMimeTypes(Set.of(MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE));
    environment.getApplicationContext().setErrorHandler(new ContextErrorHandler());
    environment
        .lifecycle()
        .addServerLifecycleListener(jetty -> jetty.setErrorHandler(new ServerErrorHandler()));
    Problems.mappers().forEach(environment.jersey()::register);
    environment.jersey().register(new RequestLimits());
    environment.jersey().register(new KnownQueries());
    environment.jersey().register(ConnectionEnds.class);
  }

  /** Runs before the server waits for open requests, which may be such as end with this alone. */
  static void beforeItStops(Environment environment, Runnable work) {
    environment
        .lifecycle()
        .addEventListener(
            new LifeCycle.Listener() {
              @Override
              public void lifeCycleStopping(LifeCycle stopping) {
                if (stopping instanceof Server) {
                  work.run();
                }
              }
            });
  }

  /** Checks tokens and roles; answers with what knows a token. */
  static Authenticator<BearerToken, Caller> authenticate(
      Database database, Environment environment) {
    Authenticator<BearerToken, Caller> authenticator =
        new CachingAuthenticator<>(
            environment.metrics(),
            new TokenAuthenticator(database),
            Caffeine.newBuilder().maximumSize(MOST_TOKENS).expireAfterWrite(TOKEN_MEMORY));
    BearerFilter filter =
        new BearerFilter.Builder()
            .setAuthenticator(authenticator)
            .setAuthorizer((caller, role, request) -> caller.has(Role.valueOf(role)))
            .buildAuthFilter();
    environment.jersey().register(new AuthDynamicFeature(filter));
    environment.jersey().register(RolesAllowedDynamicFeature.class);
    return authenticator;
  }

  static ManagedDataSource dataSource(DatabaseSettings settings, Environment environment) {
    DataSourceFactory factory = new DataSourceFactory();
    factory.setDriverClass("org.postgresql.Driver");
    factory.setUrl(settings.url());
    factory.setUser(settings.user());
    factory.setPassword(settings.password());
    factory.setMinSize(1);
    factory.setInitialSize(1);
    factory.setMaxSize(settings.maxConnections());
    factory.setMaxWaitForConnection(io.dropwizard.util.Duration.seconds(5));
    factory.setCheckConnectionOnBorrow(true);
    ManagedDataSource source = factory.build(environment.metrics(), "database");
    if (source instanceof ManagedPooledDataSource pool) {
      pool.setUseStatementFacade(false); // a reflective call for every value of every row
    }
    environment.lifecycle().manage(source);
    return source;
  }
}
