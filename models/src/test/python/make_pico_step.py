"""Writes the fixture pico-step: one optimizer step on the fixture pico-mixtral with adapters.

Run from the module's folder, with torch 2.15 and transformers 5.23 (any recent pair will do):

    python src/test/python/make_pico_step.py src/test/resources/pico-mixtral src/test/resources/pico-step

The model is that of transformers, its experts given as W + (alpha / r) B A; gradients, clipping and
AdamW are torch's. Trained are adapters, routers and norms; weights decay where they are matrices.

Adam's first step is nearly the sign of the gradient, so a gradient lost in rounding would make the
fixture a matter of luck: the script refuses to write one that is not zero and below 1e-6.
"""

import pathlib
import sys

import torch
from safetensors.torch import save_file
from torch.func import functional_call
from transformers import MixtralForCausalLM

source, folder = map(pathlib.Path, sys.argv[1:])
RANK, ALPHA, RATE, DECAY, LIMIT = 2, 3.0, 1e-2, 0.1, 1.0
LAYERS, EXPERTS, HIDDEN, CHANNELS = 2, 4, 32, 20
torch.manual_seed(2)

model = MixtralForCausalLM.from_pretrained(
    source, dtype=torch.float32, attn_implementation="eager", experts_implementation="eager"
)
frozen = {name: weight.detach() for name, weight in model.state_dict().items()}

trained = {}  # our name -> leaf
theirs = {}  # our name -> name in transformers
for layer in range(LAYERS):
    at = f"model.layers.{layer}."
    theirs[at + "input_layernorm.weight"] = at + "input_layernorm.weight"
    theirs[at + "post_attention_layernorm.weight"] = at + "post_attention_layernorm.weight"
    theirs[at + "block_sparse_moe.gate.weight"] = at + "mlp.gate.weight"
    for matrix, rows, columns in (
        ("gate", CHANNELS, HIDDEN),
        ("up", CHANNELS, HIDDEN),
        ("down", HIDDEN, CHANNELS),
    ):
        trained[f"{at}experts.{matrix}.lora_a"] = 0.3 * torch.randn(EXPERTS, RANK, columns)
        trained[f"{at}experts.{matrix}.lora_b"] = 0.3 * torch.randn(EXPERTS, rows, RANK)
theirs["model.norm.weight"] = "model.norm.weight"
for ours, name in theirs.items():
    trained[ours] = frozen[name].clone()
trained = {name: torch.nn.Parameter(value) for name, value in sorted(trained.items())}


def merged(layer, matrix, weight):
    at = f"model.layers.{layer}.experts.{matrix}.lora_"
    return weight + ALPHA / RANK * trained[at + "b"] @ trained[at + "a"]


def weights():
    """All weights of the model, as functions of what is trained."""
    all = dict(frozen)
    all.update({name: trained[ours] for ours, name in theirs.items()})
    for layer in range(LAYERS):
        at = f"model.layers.{layer}.mlp.experts."
        gate, up = frozen[at + "gate_up_proj"].chunk(2, dim=1)
        all[at + "gate_up_proj"] = torch.cat(
            [merged(layer, "gate", gate), merged(layer, "up", up)], dim=1
        )
        all[at + "down_proj"] = merged(layer, "down", frozen[at + "down_proj"])
    return all


ids = torch.randint(0, 97, (3, 17))
before = {name: value.detach().clone() for name, value in trained.items()}
loss = functional_call(model, weights(), args=(), kwargs={"input_ids": ids, "labels": ids}).loss
loss.backward()
matrices = [p for p in trained.values() if p.dim() > 1]
vectors = [p for p in trained.values() if p.dim() == 1]
norm = torch.nn.utils.clip_grad_norm_(list(trained.values()), LIMIT)
gradients = {name: p.grad.clone() for name, p in trained.items()}
tiny = min(g[g != 0].abs().min().item() for g in gradients.values())
assert norm > LIMIT and tiny > 1e-6, (norm, tiny)
torch.optim.AdamW(
    [{"params": matrices, "weight_decay": DECAY}, {"params": vectors, "weight_decay": 0.0}],
    lr=RATE,
    betas=(0.9, 0.999),
    eps=1e-8,
).step()

folder.mkdir(parents=True, exist_ok=True)
metadata = {"lora_rank": str(RANK), "lora_alpha": str(ALPHA)}
save_file(before, folder / "trained.safetensors", metadata=metadata)
reference = {"ids": ids.to(torch.int32), "loss": loss.double().detach().reshape(1)}
reference["norm"] = norm.double().reshape(1)
reference.update({"gradient." + name: value for name, value in gradients.items()})
reference.update({"after." + name: p.detach() for name, p in trained.items()})
save_file(reference, folder / "reference.safetensors")
print(f"loss {loss.item():.6f}, gradient norm {norm.item():.6f}, smallest gradient {tiny:.2e}")
