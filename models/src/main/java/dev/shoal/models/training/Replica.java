package dev.shoal.models.training;

import dev.shoal.models.llama.DenseModel;
import dev.shoal.models.llama.LanguageModel;
import java.util.Optional;

/**
 * One copy of a model on one device, with the teacher beside it where there is one. Both are
 * borrowed.
 */
public record Replica(LanguageModel model, Optional<DenseModel> teacher) {}
