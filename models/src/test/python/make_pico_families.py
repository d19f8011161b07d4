"""Writes the fixtures pico-families: a random model of every family, dense and sparse, and what
transformers computes with it at short and long positions.

Run from the module's folder, with torch 2.15 and transformers 5.23 (any recent pair will do):

    python src/test/python/make_pico_families.py src/test/resources/pico-families

Weights are bfloat16 numbers, the reference is computed from them in float32.
"""

import json
import pathlib
import sys

import torch
from safetensors.torch import load_file, save_file
from transformers import (
    AutoModelForCausalLM,
    LlamaConfig,
    MistralConfig,
    MixtralConfig,
    Qwen2Config,
    Qwen2MoeConfig,
    Qwen3Config,
    Qwen3MoeConfig,
)

POSITIONS = [0, 1, 2, 7, 63, 255, 700, 999]
PROMPT, GREEDY = 16, 64

common = dict(
    vocab_size=97,
    hidden_size=32,
    intermediate_size=48,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=1024,
    rms_norm_eps=1e-5,
    initializer_range=0.2,
    tie_word_embeddings=False,
    bos_token_id=1,
    eos_token_id=2,
    attn_implementation="eager",
)
linear = {"rope_type": "linear", "factor": 4.0, "rope_theta": 10000.0}
llama3 = {
    "rope_type": "llama3",
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
    "rope_theta": 10000.0,
}
plain = {"rope_type": "default", "rope_theta": 50000.0}
qwen_sparse = dict(
    num_experts=4,
    num_experts_per_tok=2,
    moe_intermediate_size=24,
    norm_topk_prob=True,
    rope_parameters=plain,
)
families = {
    "llama": LlamaConfig(**common, rope_parameters=plain),
    "llama-linear": LlamaConfig(**common, rope_parameters=linear),
    "llama-llama3": LlamaConfig(**common, rope_parameters=llama3, head_dim=16),
    "mistral": MistralConfig(**common, rope_parameters=plain, sliding_window=1000),
    "qwen2": Qwen2Config(**{**common, "tie_word_embeddings": True}, rope_parameters=plain),
    "qwen3": Qwen3Config(**common, rope_parameters=plain, head_dim=16),
    "mixtral": MixtralConfig(
        **common, rope_parameters=llama3, num_local_experts=4, num_experts_per_tok=1
    ),
    "qwen2_moe": Qwen2MoeConfig(**common, **qwen_sparse, shared_expert_intermediate_size=128),
    "qwen3_moe": Qwen3MoeConfig(**common, **qwen_sparse, head_dim=16),
}


def stir(model):
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "norm" in name:
                weight.uniform_(0.5, 1.5)
            elif name.endswith(".bias"):
                weight.normal_(0, 0.5)
            elif "shared_expert" in name:
                weight.zero_()
            elif weight.dim() == 3:  # fused experts
                weight.normal_(0, 0.2)


def older(config):
    """The fields as published checkpoints of these families have them."""
    fields = config.to_dict()
    rope = fields.pop("rope_parameters")
    fields["rope_theta"] = rope.pop("rope_theta")
    fields["rope_scaling"] = None if rope["rope_type"] == "default" else rope
    for field in ("transformers_version", "layer_types", "dtype", "_name_or_path"):
        fields.pop(field, None)
    return fields


def make(name, config, folder):
    folder.mkdir(parents=True, exist_ok=True)
    model = AutoModelForCausalLM.from_config(config)
    stir(model)
    model.to(torch.bfloat16).save_pretrained(folder)
    if name != "llama":  # this one keeps the newest form
        (folder / "config.json").write_text(json.dumps(older(config), indent=2) + "\n")
    (folder / "generation_config.json").unlink()
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    ids = torch.randint(3, config.vocab_size, (1000,))
    with torch.no_grad():
        logits = model(ids[None]).logits[0].float()
        greedy = model.generate(
            ids[None, :PROMPT],
            attention_mask=torch.ones(1, PROMPT, dtype=torch.long),
            max_new_tokens=GREEDY,
            min_new_tokens=GREEDY,
            do_sample=False,
            pad_token_id=0,
        )[0, PROMPT:]
    reference = {
        "ids": ids.to(torch.int32),
        "positions": torch.tensor(POSITIONS, dtype=torch.int32),
        "logits": logits[POSITIONS].clone(),
        "greedy": greedy.to(torch.int32),
    }
    save_file(reference, folder / "reference.safetensors")
    size = sum(tensor.numel() for tensor in load_file(folder / "model.safetensors").values())
    print(name, size, "parameters, logits up to", float(logits.abs().max()))


root = pathlib.Path(sys.argv[1])
torch.manual_seed(20261122)
for name, config in families.items():
    make(name, config, root / name)
