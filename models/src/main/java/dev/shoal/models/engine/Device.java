package dev.shoal.models.engine;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where arrays live and what they are computed in.
 *
 * @param name {@code cpu} or {@code cuda:N}
 */
public record Device(String name, Precision precision) {

  private static final Pattern NAME = Pattern.compile("cpu|cuda:(\\d{1,3})");

  /** Rejects names no device has. */
  public Device {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "device is '%s'; it must be cpu or cuda:N, for example cuda:0".formatted(name));
    }
  }

  /** The CPU in float32. */
  public static Device cpu() {
    return new Device("cpu", Precision.FLOAT32);
  }

  /** A GPU, counted as the driver counts the visible ones. */
  public static Device cuda(int index, Precision precision) {
    return new Device("cuda:" + index, precision);
  }

  /** Whether it is the processor. */
  public boolean isCpu() {
    return name.equals("cpu");
  }

  /** What results depend on: {@code cpu} or {@code cuda}, whichever card it is. */
  public String kind() {
    return isCpu() ? "cpu" : "cuda";
  }

  /** Bytes of a weight or an activation. */
  public int bytesPerWeight() {
    return precision.bytes();
  }

  /** The device as DJL names it. */
  ai.djl.Device place() {
    Matcher matcher = NAME.matcher(name);
    if (matcher.matches() && matcher.group(1) != null) {
      return ai.djl.Device.gpu(Integer.parseInt(matcher.group(1)));
    }
    return ai.djl.Device.cpu();
  }
}
