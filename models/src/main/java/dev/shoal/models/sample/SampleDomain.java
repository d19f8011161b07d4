package dev.shoal.models.sample;

import java.util.random.RandomGenerator;

/** One kind of synthetic text with a vocabulary and rules of its own. */
public interface SampleDomain {

  /** Name of the data set and of its folder; lower case. */
  String name();

  /**
   * Writes one document of 200 to 1,200 characters.
   *
   * @param random the only source of chance: the same state gives the same document
   */
  String document(RandomGenerator random);
}
