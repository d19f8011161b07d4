package dev.shoal.models.gguf;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The keys and values of a GGUF file, in the order of the file.
 *
 * <p>Values are {@link Number}, {@link Boolean}, {@link String}, {@code List<String>}, {@code
 * int[]} and {@code float[]}. What Shoal writes itself has three kinds of number: Integer for
 * uint32, Float for float32, and the arrays.
 */
public final class GgufMetadata {

  private final Map<String, Object> values = new LinkedHashMap<>();

  /** Adds a value; null adds nothing. */
  GgufMetadata put(String key, Object value) {
    if (value != null && values.put(key, value) != null) {
      throw new IllegalArgumentException("key '" + key + "' is there already");
    }
    return this;
  }

  /** All keys in their order. */
  public Set<String> keys() {
    return Collections.unmodifiableSet(values.keySet());
  }

  /** The value as it was read, or null. */
  public Object get(String key) {
    return values.get(key);
  }

  /** Whether there is such a key. */
  public boolean has(String key) {
    return values.containsKey(key);
  }

  /** A whole number. */
  public int integer(String key) {
    return Math.toIntExact(require(key, Number.class).longValue());
  }

  /** A float, as the decimal number it was made from: 1e-5, not 9.999999747e-6. */
  public double decimal(String key) {
    return Double.parseDouble(require(key, Number.class).toString());
  }

  /** Text. */
  public String text(String key) {
    return require(key, String.class);
  }

  /** A list of texts. */
  @SuppressWarnings("unchecked") // arrays of strings are read as nothing else
  public List<String> texts(String key) {
    return (List<String>) require(key, List.class);
  }

  private <T> T require(String key, Class<T> type) {
    Object value = values.get(key);
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException(
          "key '%s' is %s, expected a %s"
              .formatted(key, value == null ? "missing" : value, type.getSimpleName()));
    }
    return type.cast(value);
  }
}
