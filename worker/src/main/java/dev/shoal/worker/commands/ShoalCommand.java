package dev.shoal.worker.commands;

import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** What all commands share: {@code --json}, {@code --help} and an exit code. */
abstract class ShoalCommand implements Callable<Integer> {

  /** Where it writes. */
  @Mixin Output output;
}
