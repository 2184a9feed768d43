package io.holdfast.engine.cli;

import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.Command;
import io.dropwizard.core.setup.Bootstrap;
import io.holdfast.config.SettingsFile;
import io.holdfast.engine.EngineConfiguration;
import io.holdfast.engine.db.Database;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import org.postgresql.ds.PGSimpleDataSource;

/** A command that needs the database only: no server, no log but warnings. */
abstract class SettingsCommand extends Command {
  SettingsCommand(String name, String description) {
    super(name, description);
  }

  @Override
  public void configure(Subparser parser) {
    parser.addArgument("file").help("the engine's configuration file");
  }

  @Override
  public final void run(Bootstrap<?> bootstrap, Namespace arguments) {
    EngineConfiguration settings =
        SettingsFile.read(arguments.getString("file"), EngineConfiguration.class);
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(settings.database().url());
    source.setUser(settings.database().user());
    source.setPassword(settings.database().password());
    Database database = new Database(source);
    database.migrate();
    run(database, arguments);
  }

  /** {@code database}: its schema is up to date. */
  abstract void run(Database database, Namespace arguments);

  @Override
  public final void onError(Cli cli, Namespace namespace, Throwable failure) {
    OneLine.print(cli, namespace.getString("file"), failure);
  }
}
