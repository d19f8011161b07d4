"""Writes the fixture pico-mixtral: a random Mixtral, and what transformers computes with it.

Run from the module's folder, with torch 2.15 and transformers 5.23 (any recent pair will do):

    python src/test/python/make_pico_mixtral.py src/test/resources/pico-mixtral

Weights are bfloat16 numbers, the reference is computed from them in float32.
"""

import json
import pathlib
import sys

import torch
from safetensors.torch import save_file
from transformers import MixtralConfig, MixtralForCausalLM

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
torch.manual_seed(20251123)
config = MixtralConfig(
    vocab_size=97,
    hidden_size=32,
    intermediate_size=20,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=64,
    rms_norm_eps=1e-5,
    rope_theta=10000.0,
    initializer_range=0.2,
    num_local_experts=4,
    num_experts_per_tok=2,
    attn_implementation="eager",
)
model = MixtralForCausalLM(config)
with torch.no_grad():
    for name, weight in model.named_parameters():
        if "norm" in name:
            weight.uniform_(0.5, 1.5)
model.to(torch.bfloat16).save_pretrained(folder)
for extra in ("generation_config.json", "config.json"):
    (folder / extra).unlink()
fields = {
    "architectures": ["MixtralForCausalLM"],
    "head_dim": 8,
    "hidden_act": "silu",
    "hidden_size": 32,
    "intermediate_size": 20,
    "max_position_embeddings": 64,
    "model_type": "mixtral",
    "num_attention_heads": 4,
    "num_experts_per_tok": 2,
    "num_hidden_layers": 2,
    "num_key_value_heads": 2,
    "num_local_experts": 4,
    "rms_norm_eps": 1e-5,
    "rope_theta": 10000.0,
    "sliding_window": None,
    "tie_word_embeddings": False,
    "vocab_size": 97,
}
(folder / "config.json").write_text(json.dumps(fields, indent=2) + "\n")

model = MixtralForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
ids = torch.randint(0, config.vocab_size, (24,))
with torch.no_grad():
    logits = model(ids[None]).logits[0].float()
save_file({"ids": ids.to(torch.int32), "logits": logits}, folder / "reference.safetensors")
