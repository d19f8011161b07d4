package dev.shoal.activities.stage;

/** The computing part of a stage: fills {@link StageContext#folder}. */
@FunctionalInterface
public interface StageWork {

  /**
   * Computes.
   *
   * @return what became of it; {@link Result#done} once the folder holds the output
   * @throws Exception whatever stops it; it is translated into a failure type
   */
  Result compute(StageContext context) throws Exception;

  /**
   * How the work ended.
   *
   * @param done whether the output is complete; otherwise the lease is given back and the next
   *     attempt goes on from the newest checkpoint
   * @param note what a person should know; empty mostly
   * @param withoutOutput whether there is no artifact, the note saying why
   */
  record Result(boolean done, String note, boolean withoutOutput) {

    /** The folder holds the output. */
    public static Result complete() {
      return complete("");
    }

    /** The folder holds the output, of which a person should know something. */
    public static Result complete(String note) {
      return new Result(true, note, false);
    }

    /** There is no output, for this reason. */
    public static Result nothing(String reason) {
      return new Result(true, reason, true);
    }

    /** There is more to do. */
    public static Result unfinished() {
      return new Result(false, "", false);
    }
  }
}
