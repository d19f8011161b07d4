/**
 * One class per subcommand of {@code shoal}, each no more than its options and its story.
 *
 * <p>They share {@code Output} ({@code --json}), {@code Connection} (flags of settings) and {@link
 * dev.shoal.worker.commands.Failures}: what goes wrong is one sentence on stderr, without a stack
 * trace, and an exit code. With {@code --json} stdout carries one line of JSON, written last.
 */
package dev.shoal.worker.commands;
