package dev.shoal.worker.payloads;

import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keys by id: the first encrypts, each decrypts. A new key is put in front and the old ones stay as
 * long as runs written with them are kept. Keys appear in no message and not in {@link
 * #toString()}.
 */
public final class PayloadKeys {

  /** Where the keys come from. */
  public static final String VARIABLE = "SHOAL_PAYLOAD_KEYS";

  private static final int KEY_BYTES = 32;

  /** Too short for a key, so that none is shown where id and key were mixed up. */
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,31}");

  private static final String FORM =
      "write ID:KEY, where ID has letters, digits, '.', '_' or '-' (at most 32) and KEY is the"
          + " output of `openssl rand -base64 32`";

  private final Map<String, SecretKey> keys;

  private PayloadKeys(Map<String, SecretKey> keys) {
    this.keys = keys;
  }

  /** No keys: nothing is encrypted, and nothing that is encrypted can be read. */
  public static PayloadKeys none() {
    return new PayloadKeys(Map.of());
  }

  /**
   * Reads {@code ID:BASE64,ID:BASE64}.
   *
   * @throws IllegalArgumentException naming the variable and the entry, never the key
   */
  public static PayloadKeys parse(String text) {
    Map<String, SecretKey> keys = new LinkedHashMap<>();
    List<String> entries =
        Arrays.stream(text.split("[,\\s]+", -1)).filter(e -> !e.isEmpty()).toList();
    for (int i = 0; i < entries.size(); i++) {
      String[] parts = entries.get(i).split(":", 2);
      if (parts.length < 2 || !isId(parts[0])) {
        throw wrong("entry %d has no id; %s".formatted(i + 1, FORM));
      }
      if (keys.put(parts[0], key(parts[0], parts[1])) != null) {
        throw wrong("there are two keys %s; give each an id of its own".formatted(parts[0]));
      }
    }
    return new PayloadKeys(keys);
  }

  private static SecretKey key(String id, String base64) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw wrong("key %s is not Base64; %s".formatted(id, FORM));
    }
    if (bytes.length != KEY_BYTES) {
      throw wrong(
          "key %s has %d bytes, expected %d; %s".formatted(id, bytes.length, KEY_BYTES, FORM));
    }
    return new SecretKeySpec(bytes, "AES");
  }

  private static IllegalArgumentException wrong(String problem) {
    return new IllegalArgumentException(VARIABLE + ": " + problem + ".");
  }

  static boolean isId(String text) {
    return ID.matcher(text).matches();
  }

  /** Whether there is no key at all. */
  public boolean isEmpty() {
    return keys.isEmpty();
  }

  /** Names of the keys, that of the encrypting one first. */
  public List<String> ids() {
    return List.copyOf(keys.keySet());
  }

  Optional<SecretKey> find(String id) {
    return Optional.ofNullable(keys.get(id));
  }

  /** The names of the keys. */
  @Override
  public String toString() {
    return "PayloadKeys" + keys.keySet();
  }
}
