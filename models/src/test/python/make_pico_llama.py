"""Writes the fixture pico-llama: a random Llama, and what transformers computes with it.

Run from the module's folder, with torch 2.15 and transformers 5.23 (any recent pair will do):

    python src/test/python/make_pico_llama.py src/test/resources/pico-llama

Numbers are larger than in a fresh model (standard deviation 0.2) so that attention is far from
uniform and a wrong rotation or grouping shows.
"""

import json
import pathlib
import sys

import torch
from safetensors.torch import save_file
from transformers import LlamaConfig, LlamaForCausalLM

folder = pathlib.Path(sys.argv[1])
torch.manual_seed(20251122)
config = LlamaConfig(
    vocab_size=97,
    hidden_size=32,
    intermediate_size=48,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=64,
    rms_norm_eps=1e-5,
    initializer_range=0.2,
    tie_word_embeddings=False,
    attn_implementation="eager",
)
model = LlamaForCausalLM(config).eval()
with torch.no_grad():
    for name, weight in model.named_parameters():
        if "norm" in name:
            weight.uniform_(0.5, 1.5)

ids = torch.randint(0, config.vocab_size, (24,))
with torch.no_grad():
    result = model(ids[None], labels=ids[None])

folder.mkdir(parents=True, exist_ok=True)
save_file(model.state_dict(), folder / "model.safetensors", metadata={"format": "pt"})
save_file(
    {
        "ids": ids.to(torch.int32),
        "logits": result.logits[0].float(),
        "mean_nll": result.loss.double().reshape(1),
    },
    folder / "reference.safetensors",
)
fields = {
    "architectures": ["LlamaForCausalLM"],
    "bos_token_id": 1,
    "eos_token_id": 2,
    "head_dim": 8,
    "hidden_act": "silu",
    "hidden_size": config.hidden_size,
    "intermediate_size": config.intermediate_size,
    "max_position_embeddings": config.max_position_embeddings,
    "model_type": "llama",
    "num_attention_heads": config.num_attention_heads,
    "num_hidden_layers": config.num_hidden_layers,
    "num_key_value_heads": config.num_key_value_heads,
    "rms_norm_eps": config.rms_norm_eps,
    "rope_theta": 10000.0,
    "tie_word_embeddings": False,
    "vocab_size": config.vocab_size,
}
(folder / "config.json").write_text(json.dumps(fields, indent=2) + "\n")
