"""The works that are measured: each is prepared as a function that does one step."""

from functools import partial

import experts
import pieces as parts
import torch
import torch.nn as nn
from model import Weights, hidden, loss, separate_adapters, trained
from pieces import FUSED, PLAIN
from torch.nn.functional import linear

VARIANTS = {
    "experts": ("loop", "grouped", "compiled"),
    "router": ("loop",),
    "calibrate": ("bfloat16", "float32"),
    "dense": ("forward", "training"),
}


def batch(shape, tokens, device):
    """Random ids [B, S] and the next ones [N]."""
    generator = torch.Generator(device).manual_seed(2)
    size = (max(1, tokens // shape.sequence), shape.sequence)
    ids = torch.randint(0, shape.vocab, size, device=device, generator=generator)
    return ids, ids.roll(-1).flatten()


def training_step(model, work, ids, targets, ffn, pieces):
    """Forward, loss, backward, gradients clipped to 1, fused AdamW. Nothing waits for the device."""
    arrays = trained(model, work)
    optimizer = torch.optim.AdamW(arrays, lr=1e-4, fused=True)

    def step():
        value = loss(model, ids, targets, ffn, pieces)
        value.backward()
        nn.utils.clip_grad_norm_(arrays, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        return value.detach()

    return step


def experts_parts(shape, variant, device, dtype, master):
    """Model, FFN and pieces of a variant of the experts' stage."""
    weights = Weights(shape, device, dtype, master)
    model = weights.model(weights.sparse_layer)
    if variant == "loop":
        for layer in model.layers:
            layer.lora = separate_adapters(layer.lora, shape.rank)
        return model, partial(experts.loop, shape=shape), PLAIN
    pieces = parts.compiled() if variant == "compiled" else FUSED
    return model, partial(experts.grouped, shape=shape, pieces=pieces), pieces


def experts_work(shape, variant, tokens, device, dtype):
    model, ffn, pieces = experts_parts(shape, variant, device, dtype, torch.float32)
    return training_step(model, "experts", *batch(shape, tokens, device), ffn, pieces)


def router_work(shape, variant, tokens, device, dtype):
    weights = Weights(shape, device, dtype, torch.float32)
    model = weights.model(weights.sparse_layer)
    ffn = partial(experts.every, shape=shape)
    return training_step(model, "router", *batch(shape, tokens, device), ffn, PLAIN)


class Statistics:
    """Mean and sum of squared deviations of every column, merged batch by batch in float64."""

    def __init__(self):
        self.count, self.mean, self.squares = 0, 0.0, 0.0

    def add(self, module, inputs):
        x = inputs[0].float()
        variance, mean = torch.var_mean(x, 0, correction=0)
        variance, mean, rows = variance.double(), mean.double(), x.size(0)
        total, delta = self.count + rows, mean - self.mean
        self.squares = self.squares + variance * rows + delta**2 * (self.count * rows / total)
        self.mean = self.mean + delta * (rows / total)
        self.count = total


def hook_down(layer):
    """Puts the layer's down projection into a module, so that a hook sees its input."""
    module = nn.Linear(layer.down.size(1), layer.down.size(0), bias=False, device="meta")
    module.weight = nn.Parameter(layer.down, requires_grad=False)
    statistics = Statistics()
    module.register_forward_pre_hook(statistics.add)
    layer.down = module
    return statistics


def dense_ffn(n, layer):
    h = parts.swiglu(linear(n, layer.gate_up.to(n.dtype)))
    return layer.down(h) if isinstance(layer.down, nn.Module) else linear(h, layer.down.to(n.dtype))


def calibrate_work(shape, variant, tokens, device, dtype):
    """Forward without head; float32 runs its products without TF32, PyTorch's default."""
    weights = Weights(shape, device, getattr(torch, variant), torch.float32)
    model = weights.model(weights.dense_layer)
    ids, _ = batch(shape, tokens, device)
    collected = [hook_down(layer) for layer in model.layers]

    @torch.inference_mode()
    def step():
        hidden(model, ids, dense_ffn, FUSED)
        return collected[-1].squares.mean() / collected[-1].count

    return step


def dense_work(shape, variant, tokens, device, dtype):
    """Forward with logits, or a step that trains all weights from float32 masters."""
    weights = Weights(shape, device, dtype, torch.float32)
    master = torch.float32 if variant == "training" else dtype
    model = weights.model(lambda: weights.dense_layer(master), master)
    ids, targets = batch(shape, tokens, device)
    if variant == "training":
        return training_step(model, "dense", ids, targets, dense_ffn, FUSED)

    @torch.inference_mode()
    def step():
        return linear(hidden(model, ids, dense_ffn, FUSED), model.head).mean()

    return step


PREPARE = {
    "experts": experts_work,
    "router": router_work,
    "calibrate": calibrate_work,
    "dense": dense_work,
}
