package dev.shoal.models.corpus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that is one document. */
final class TextFile {

  private TextFile() {}

  static String read(Path file) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
      CharBuffer text = CharBuffer.allocate(bytes.remaining());
      CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(bytes, text, true);
      if (result.isError()) {
        throw new CorpusException(
            file + " is not UTF-8 at byte " + bytes.position() + "; convert it to UTF-8");
      }
      String document = text.flip().toString();
      return document.startsWith("\ufeff") ? document.substring(1) : document;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
