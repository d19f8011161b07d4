package dev.shoal.models.generation;

import java.util.List;

/**
 * What a model wrote behind a prompt.
 *
 * @param ids the new tokens; where an end token ended the text it is the last
 * @param text the new tokens' text, decoded without the prompt and without special tokens, cut
 *     before the first {@code until} string
 * @param stop why it ended
 */
public record Generated(List<Integer> ids, String text, StopReason stop) {}
