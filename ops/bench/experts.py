"""The mixture's FFN: a loop over experts as stock code has it, and sorted tokens in grouped products.

n: [N, H] normalised tokens -> [N, H]. One expert a token: its weight, normalised over the chosen, is 1.
"""

from functools import cache

import torch
import torch.nn.functional as F


def adapted(x, weight, pair, scale):
    """x W^T + scale (x A^T) B^T, the factors' float32 masters used in x's type."""
    a, b = (factor.to(x.dtype) for factor in pair)
    return F.linear(x, weight) + F.linear(F.linear(x, a), b) * scale


def route(n, router):
    return F.linear(n.to(router.dtype), router)


def loop(n, layer, shape):
    """For each expert: which tokens chose it, take them, run it, add its output at their places."""
    p = torch.softmax(route(n, layer.router), -1)
    weight, chosen = torch.topk(p, 1)
    weight = (weight / weight.sum(-1, keepdim=True)).to(n.dtype)
    y = torch.zeros_like(n)
    for e, lora in enumerate(layer.lora):
        rows, slot = torch.where(chosen == e)
        x = n[rows]
        gate_weight, up_weight = layer.gate_up[e].chunk(2)
        gate = adapted(x, gate_weight, lora["gate"], shape.lora_scale)
        up = adapted(x, up_weight, lora["up"], shape.lora_scale)
        out = adapted(F.silu(gate) * up, layer.down[e], lora["down"], shape.lora_scale)
        y.index_add_(0, rows, out * weight[rows, slot, None])
    return y


class Permute(torch.autograd.Function):
    """Rows in another order; backward is the inverse permutation, so nothing is added up."""

    @staticmethod
    def forward(ctx, x, order, inverse):
        ctx.save_for_backward(order, inverse)
        return x.index_select(0, order)

    @staticmethod
    def backward(ctx, grad):
        _, inverse = ctx.saved_tensors
        return grad.index_select(0, inverse), None, None


@cache
def has_grouped_product(device, dtype):
    try:
        ends = torch.tensor([8, 16], dtype=torch.int32, device=device)
        x, w = (torch.ones(s, device=device, dtype=dtype) for s in ((16, 16), (2, 16, 16)))
        return torch._grouped_mm(x, w.transpose(1, 2), offs=ends).shape == (16, 16)
    except (AttributeError, NotImplementedError, RuntimeError):
        return False


def grouped_product(x, w, ends):
    """Rows of expert e times w[e]^T. x: [N, in] sorted, w: [E, out, in], ends: [E] int32 -> [N, out]."""
    if has_grouped_product(x.device, x.dtype):
        return torch._grouped_mm(x, w.transpose(1, 2), offs=ends)
    sizes = torch.diff(ends, prepend=ends.new_zeros(1)).tolist()
    return torch.cat([F.linear(rows, weight) for rows, weight in zip(x.split(sizes), w)])


def grouped(n, layer, shape, pieces):
    """Tokens sorted by expert; everything stays on the device. Gate and up are one product each way."""
    chosen = route(n, layer.router).argmax(1)
    order = torch.argsort(chosen, stable=True)
    positions = torch.arange(n.size(0), device=n.device)
    inverse = torch.empty_like(order).scatter_(0, order, positions)
    experts = torch.arange(shape.experts, device=n.device)
    ends = torch.searchsorted(chosen[order], experts, right=True, out_int32=True)
    a, b, down_a, down_b = factors(layer.lora, n.dtype, shape)

    x = Permute.apply(n, order, inverse)
    base = grouped_product(x, layer.gate_up, ends)
    lora = grouped_product(grouped_product(x, a, ends), b, ends)
    h = pieces.adapted_swiglu(base, lora)
    y = grouped_product(h, layer.down, ends)
    y = y + grouped_product(grouped_product(h, down_a, ends), down_b, ends)
    return Permute.apply(y, inverse, order)


def factors(lora, dtype, shape):
    """A of gate and up [E, 2R, H], their B on a diagonal [E, 2C, 2R], down's A and B, the Bs scaled."""
    gate_b = F.pad(lora["gate_b"], (0, shape.rank))
    up_b = F.pad(lora["up_b"], (shape.rank, 0))
    b = (torch.cat((gate_b, up_b), 1) * shape.lora_scale).to(dtype)
    down_b = (lora["down_b"] * shape.lora_scale).to(dtype)
    return lora["gate_up_a"].to(dtype), b, lora["down_a"].to(dtype), down_b


def every(n, layer, shape):
    """All experts, one after the other, each weighted by the softmax of the logits over 0.05."""
    p = torch.softmax(route(n, layer.router) / 0.05, -1).to(n.dtype)
    y = torch.zeros_like(n)
    for e in range(shape.experts):
        gate_weight, up_weight = layer.gate_up[e].chunk(2)
        h = F.silu(F.linear(n, gate_weight)) * F.linear(n, up_weight)
        y = y + F.linear(h, layer.down[e]) * p[:, e : e + 1]
    return y
