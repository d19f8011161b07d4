package dev.shoal.worker.commands;

import picocli.CommandLine.Mixin;

/** A command that asks Temporal or the database. */
abstract class ConnectedCommand extends ShoalCommand {

  /** Which ones. */
  @Mixin Connection connection;
}
