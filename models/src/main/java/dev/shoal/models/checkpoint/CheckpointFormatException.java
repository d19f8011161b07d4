package dev.shoal.models.checkpoint;

import java.nio.file.Path;

/** A checkpoint that is not what it says it is: which file, which tensor, what is right instead. */
public final class CheckpointFormatException extends RuntimeException {

  /**
   * Makes the message {@code FILE: tensor 'TENSOR' is FOUND, expected EXPECTED; REMEDY}.
   *
   * @param file the file or folder at fault; its name is enough for people to find it
   * @param tensor name of the tensor, or null where the fault is the file's: then {@code found} is
   *     a whole phrase
   * @param found what is there
   * @param expected what should be there
   * @param remedy what to do about it
   */
  public CheckpointFormatException(
      Path file, String tensor, String found, String expected, String remedy) {
    super(
        file.getFileName()
            + ": "
            + (tensor == null ? "" : "tensor '" + Excerpt.of(tensor) + "' is ")
            + Excerpt.of(found)
            + ", expected "
            + Excerpt.of(expected)
            + "; "
            + remedy);
  }
}
