package dev.shoal.worker.wiring;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import org.slf4j.LoggerFactory;

/** A worker logs to stdout, with time and workflow; every other command is quiet. */
public final class WorkerLog {

  private WorkerLog() {}

  /** From now on this process logs as a worker. */
  public static void begin() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    context.reset();
    try {
      configurator.doConfigure(WorkerLog.class.getResource("logback-worker.xml"));
    } catch (JoranException e) {
      throw new IllegalStateException(e);
    }
  }
}
