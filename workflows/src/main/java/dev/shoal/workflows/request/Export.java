package dev.shoal.workflows.request;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;

/**
 * What is written at the end.
 *
 * @param formats file formats
 * @param dtype type of the stored weights
 */
@JsonNaming(SnakeCaseStrategy.class)
public record Export(List<Format> formats, StoredType dtype) {

  /** File formats. */
  public enum Format {
    /** A Hugging Face folder with safetensors. */
    @JsonProperty("hf")
    HF
  }

  /** Types of stored weights. */
  public enum StoredType {
    /** 16 bits, eight of them exponent. */
    @JsonProperty("bfloat16")
    BFLOAT16,
    /** 16 bits, five of them exponent. */
    @JsonProperty("float16")
    FLOAT16,
    /** 32 bits. */
    @JsonProperty("float32")
    FLOAT32
  }
}
