package dev.shoal.models.corpus;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Finds faults where DuckDB does not: it counts lines inexactly, and takes an array that was cut
 * short for a whole one.
 */
final class JsonFault {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private JsonFault() {}

  /** Throws where a file is not JSON values from its beginning to its end. */
  static void requireWhole(Path file) {
    try (JsonParser parser = JSON.createParser(file.toFile())) {
      while (parser.nextToken() != null) {
        parser.skipChildren();
      }
    } catch (JsonProcessingException e) {
      throw new CorpusException(
          "%s is not valid JSON in line %d (%s); correct the file"
              .formatted(file, e.getLocation().getLineNr(), e.getOriginalMessage()),
          e);
    } catch (CharConversionException e) {
      throw new CorpusException(file + " is not UTF-8; convert the file to UTF-8", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A phrase about the line of a JSON-lines file that is none, or null where nothing was found or
   * the file cannot be read here.
   */
  static String find(Path file) {
    if (CorpusFormat.isZstd(file)) {
      return null;
    }
    try (InputStream in = new BufferedInputStream(CompressedFile.open(file), 1 << 16)) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (long number = 1; next(in, line); number++) {
        String fault = fault(line.toByteArray());
        if (fault != null) {
          return "line " + number + " " + fault;
        }
      }
      return null;
    } catch (IOException e) {
      return null; // the caller has DuckDB's own message
    }
  }

  private static boolean next(InputStream in, ByteArrayOutputStream line) throws IOException {
    line.reset();
    int read = in.read();
    boolean some = read >= 0;
    for (; read >= 0 && read != '\n'; read = in.read()) {
      line.write(read);
    }
    return some;
  }

  private static String fault(byte[] line) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
      String json = text.startsWith("\ufeff") ? text.substring(1) : text;
      if (!json.isBlank()) {
        JSON.readTree(json);
      }
      return null;
    } catch (CharacterCodingException e) {
      return "is not UTF-8; convert the file to UTF-8";
    } catch (JsonProcessingException e) {
      return "is not valid JSON (" + e.getOriginalMessage() + "); correct the line";
    }
  }
}
