package dev.shoal.workflows.request;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;

/**
 * What is written at the end.
 *
 * @param formats file formats
 * @param dtype type of the weights in the Hugging Face folder
 * @param ggufType type of the matrices in the GGUF file
 */
@JsonNaming(SnakeCaseStrategy.class)
public record Export(List<Format> formats, StoredType dtype, GgufType ggufType) {

  /** File formats. */
  public enum Format {
    /** A Hugging Face folder with safetensors. */
    @JsonProperty("hf")
    HF,
    /** One file for llama.cpp. */
    @JsonProperty("gguf")
    GGUF
  }

  /** Types of the matrices in a GGUF file. */
  public enum GgufType {
    /** bfloat16. */
    @JsonProperty("bf16")
    BF16,
    /** float16. */
    @JsonProperty("f16")
    F16,
    /** 8 bits, a scale for each 32. */
    @JsonProperty("q8_0")
    Q8_0
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
