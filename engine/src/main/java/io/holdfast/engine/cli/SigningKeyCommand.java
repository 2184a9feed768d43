package io.holdfast.engine.cli;

import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.Command;
import io.dropwizard.core.setup.Bootstrap;
import io.holdfast.engine.evidence.SigningKey;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

/**
 * {@code signing-key FILE}: makes the key that signs reports, in a new file that only its owner may
 * read. Prints the public key, which auditors keep.
 */
public final class SigningKeyCommand extends Command {
  private final PrintStream out;

  public SigningKeyCommand(PrintStream out) {
    super("signing-key", "Makes the key that signs reports, and prints its public half");
    this.out = out;
  }

  @Override
  public void configure(Subparser parser) {
    parser.addArgument("file").help("the new key file (evidence.signingKeyFile)");
  }

  @Override
  public void run(Bootstrap<?> bootstrap, Namespace arguments) throws IOException {
    String file = arguments.getString("file");
    try {
      out.print(SigningKey.make(Path.of(file)).publicPem());
    } catch (FileAlreadyExistsException there) {
      throw new IOException(file + ": is there already; a key is never replaced", there);
    }
  }

  @Override
  public void onError(Cli cli, Namespace namespace, Throwable failure) {
    OneLine.print(cli, namespace.getString("file"), failure);
  }
}
