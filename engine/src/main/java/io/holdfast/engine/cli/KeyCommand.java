package io.holdfast.engine.cli;

import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.Command;
import io.dropwizard.core.setup.Bootstrap;
import io.holdfast.config.KeyFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

/**
 * {@code key FILE}: makes a key file that only its owner may read, or adds a key to one that is
 * there, as its last line. Prints the new key's id.
 */
public final class KeyCommand extends Command {
  private final PrintStream out;
  private final Clock clock;

  public KeyCommand(PrintStream out, Clock clock) {
    super("key", "Makes an encryption key: a new key file, or one more key in FILE");
    this.out = out;
    this.clock = clock;
  }

  @Override
  public void configure(Subparser parser) {
    parser.addArgument("file").help("the key file (encryption.keyFile of both processes)");
  }

  @Override
  public void run(Bootstrap<?> bootstrap, Namespace arguments) throws IOException {
    out.println(KeyFile.addKey(Path.of(arguments.getString("file")), LocalDate.now(clock)));
  }

  @Override
  public void onError(Cli cli, Namespace namespace, Throwable failure) {
    OneLine.print(cli, namespace.getString("file"), failure);
  }
}
