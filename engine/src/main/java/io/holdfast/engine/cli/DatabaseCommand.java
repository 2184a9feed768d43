package io.holdfast.engine.cli;

import io.holdfast.engine.db.Database;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

/** {@code db migrate config.yml}: brings the schema up to date, as every engine does at start. */
public final class DatabaseCommand extends SettingsCommand {
  public DatabaseCommand() {
    super("db", "Brings the database's schema up to date");
  }

  @Override
  public void configure(Subparser parser) {
    parser.addArgument("action").choices("migrate").help("what to do");
    super.configure(parser);
  }

  @Override
  void run(Database database, Namespace arguments) {
    // The schema was brought up to date before this call.
  }
}
