package dev.shoal.migrations;

import java.util.Objects;
import java.util.Properties;
import org.postgresql.Driver;

/**
 * Where the database is and who asks. The password never appears in a message or in {@link
 * #toString()}.
 *
 * @param url {@code jdbc:postgresql://host:port/database}
 * @param user name to log in with
 * @param password its password; empty where the server asks for none
 */
public record DatabaseSettings(String url, String user, String password) {

  /** Refuses what cannot be the address of a PostgreSQL database. */
  public DatabaseSettings {
    Objects.requireNonNull(user, "user");
    Objects.requireNonNull(password, "password");
    if (url == null || Driver.parseURL(url, null) == null) {
      throw new DatabaseSetupException(
          "The database URL is not one that the PostgreSQL driver understands; it must read"
              + " jdbc:postgresql://HOST:PORT/DATABASE.");
    }
  }

  /** Host, port and database as people write them: {@code localhost:5432/shoal}. */
  String place() {
    Properties parts = Driver.parseURL(url, null);
    return parts.getProperty("PGHOST")
        + ":"
        + parts.getProperty("PGPORT")
        + "/"
        + parts.getProperty("PGDBNAME", user);
  }

  @Override
  public String toString() {
    return user + "@" + place();
  }
}
