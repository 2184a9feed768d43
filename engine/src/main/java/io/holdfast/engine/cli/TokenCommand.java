package io.holdfast.engine.cli;

import io.holdfast.engine.core.TokenService;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.Role;
import java.io.PrintStream;
import java.time.Clock;
import java.util.Locale;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

/** {@code token --name N --role R config.yml}: makes a token and prints it, and nothing else. */
public final class TokenCommand extends SettingsCommand {
  private final PrintStream out;

  public TokenCommand(PrintStream out) {
    super("token", "Makes a bearer token and prints it; it cannot be shown again");
    this.out = out;
  }

  @Override
  public void configure(Subparser parser) {
    parser.addArgument("--name").required(true).help("a new, unique name");
    parser
        .addArgument("--role")
        .required(true)
        .choices("viewer", "operator", "admin")
        .help("what its bearer may do");
    super.configure(parser);
  }

  @Override
  void run(Database database, Namespace arguments) {
    Role role = Role.valueOf(arguments.getString("role").toUpperCase(Locale.ROOT));
    out.println(
        new TokenService(database, Clock.systemUTC())
            .create(arguments.getString("name"), role)
            .secret()
            .value());
  }
}
