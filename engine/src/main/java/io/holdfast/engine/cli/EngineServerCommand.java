package io.holdfast.engine.cli;

import io.dropwizard.core.Application;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.ServerCommand;
import io.holdfast.engine.EngineConfiguration;
import net.sourceforge.argparse4j.inf.Namespace;

/** {@code server config.yml}: as Dropwizard's, but a bad start is one line. */
public final class EngineServerCommand extends ServerCommand<EngineConfiguration> {
  public EngineServerCommand(Application<EngineConfiguration> application) {
    super(application);
  }

  @Override
  public void onError(Cli cli, Namespace namespace, Throwable failure) {
    OneLine.print(cli, namespace.getString("file"), failure);
  }
}
