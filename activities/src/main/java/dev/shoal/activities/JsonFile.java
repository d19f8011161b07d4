package dev.shoal.activities;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One record as a file of its own in the folders that have it.
 *
 * @param name of the file
 * @param type of the record
 */
record JsonFile<T>(String name, Class<T> type) {

  private static final ObjectMapper JSON = new ObjectMapper();

  boolean isIn(Path folder) {
    return Files.isRegularFile(folder.resolve(name));
  }

  T read(Path folder) {
    try {
      return JSON.readValue(folder.resolve(name).toFile(), type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(Path folder, T value) {
    try {
      JSON.writerWithDefaultPrettyPrinter().writeValue(folder.resolve(name).toFile(), value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
