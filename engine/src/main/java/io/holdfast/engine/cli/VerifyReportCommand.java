package io.holdfast.engine.cli;

import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.Command;
import io.dropwizard.core.setup.Bootstrap;
import io.holdfast.engine.evidence.BundleCheck;
import io.holdfast.engine.evidence.SigningKey;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

/**
 * {@code verify-report FILE [--key PUBLIC]}: whether a bundle is what an engine signed. Needs no
 * engine and no network. Ends with status 1 when anything in it was changed.
 */
public final class VerifyReportCommand extends Command {
  private final PrintStream out;

  public VerifyReportCommand(PrintStream out) {
    super("verify-report", "Checks the bundle of a run, offline");
    this.out = out;
  }

  @Override
  public void configure(Subparser parser) {
    parser.addArgument("file").help("the bundle: report.tar.zst");
    parser
        .addArgument("--key")
        .help("the public key that must have signed it; the one inside unless given");
  }

  @Override
  public void run(Bootstrap<?> bootstrap, Namespace arguments) throws IOException {
    String file = arguments.getString("file");
    String key = arguments.getString("key");
    PublicKey trusted = key == null ? null : SigningKey.parsePublic(Files.readString(Path.of(key)));
    BundleCheck.Finding found;
    try (InputStream bytes = new BufferedInputStream(Files.newInputStream(Path.of(file)))) {
      found = BundleCheck.of(bytes, trusted);
    }
    if (!found.wrong().isEmpty()) {
      throw new IOException(
          "%s does not hold: %s".formatted(file, String.join("; ", found.wrong())));
    }
    out.printf("%s holds: run %s of %s, %s%n", file, found.run(), found.plan(), found.verdict());
    out.printf(
        "signed by %s%s%n",
        found.fingerprint(),
        trusted == null ? ", the key that lies in it: compare it with your engine's" : "");
  }

  @Override
  public void onError(Cli cli, Namespace namespace, Throwable failure) {
    OneLine.print(cli, namespace.getString("file"), failure);
  }
}
