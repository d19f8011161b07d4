"""What a decoder layer has besides its FFN, as stock code writes it and as PyTorch's fused operators do.

x: [B, S, H] in the compute type; norms' weights stay in float32 and are used in x's type.
"""

from dataclasses import dataclass
from typing import Callable

import torch
import torch.nn.functional as F

EPS = 1e-5
LOSS_CHUNK = 4096


def plain_norm(x, weight):
    wide = x if x.dtype == torch.float64 else x.float()
    wide = wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + EPS)
    return weight.to(x.dtype) * wide.to(x.dtype)


def fused_norm(x, weight):
    return F.rms_norm(x, (x.size(-1),), weight.to(x.dtype), EPS)


def plain_add_norm(x, y, weight):
    x = x + y
    return x, plain_norm(x, weight)


def fused_add_norm(x, y, weight):
    x = x + y
    return x, fused_norm(x, weight)


def rotate(x, cos, sin):
    first, second = x.chunk(2, -1)
    return x * cos + torch.cat((-second, first), -1) * sin


def rope(q, k, cos, sin):
    return rotate(q, cos, sin), rotate(k, cos, sin)


def swiglu(h):
    gate, up = h.chunk(2, -1)
    return F.silu(gate) * up


def adapted_swiglu(base, lora):
    return swiglu(base + lora)


def plain_loss(h, head, targets):
    """All logits at once, in float32."""
    logits = F.linear(h, head)
    return F.cross_entropy(logits if h.dtype == torch.float64 else logits.float(), targets)


class ChunkedLoss(torch.autograd.Function):
    """The same a few tokens at a time; the gradient is made in the forward pass, logits are not kept."""

    @staticmethod
    def forward(ctx, h, head, targets):
        wide = torch.float64 if h.dtype == torch.float64 else torch.float32
        total = torch.zeros((), dtype=wide, device=h.device)
        grad_h = torch.empty_like(h)
        grad_head = torch.zeros_like(head, dtype=wide) if ctx.needs_input_grad[1] else None
        for rows, at in zip(h.split(LOSS_CHUNK), range(0, h.size(0), LOSS_CHUNK)):
            wanted = targets[at : at + LOSS_CHUNK, None]
            log_p = F.log_softmax(F.linear(rows, head), -1, dtype=wide)
            total -= log_p.gather(1, wanted).sum()
            grad = log_p.exp_().scatter_add_(1, wanted, -torch.ones_like(wanted, dtype=wide))
            grad = grad.div_(h.size(0)).to(h.dtype)
            grad_h[at : at + LOSS_CHUNK] = grad @ head
            if grad_head is not None:
                grad_head += grad.t() @ rows
        ctx.save_for_backward(grad_h, grad_head)
        return total / h.size(0)

    @staticmethod
    def backward(ctx, grad):
        grad_h, grad_head = ctx.saved_tensors
        return grad_h * grad.to(grad_h.dtype), None if grad_head is None else grad_head * grad, None


@dataclass(frozen=True)
class Pieces:
    norm: Callable
    add_norm: Callable
    rope: Callable
    adapted_swiglu: Callable
    loss: Callable
    fused_qkv: bool


PLAIN = Pieces(plain_norm, plain_add_norm, rope, adapted_swiglu, plain_loss, False)
FUSED = Pieces(fused_norm, fused_add_norm, rope, adapted_swiglu, ChunkedLoss.apply, True)


def compiled():
    """The elementwise pieces through torch.compile; products, attention and the loss stay as they are."""
    wrap = lambda piece: torch.compile(piece, dynamic=False, fullgraph=True)
    return Pieces(
        wrap(fused_norm),
        wrap(fused_add_norm),
        wrap(rope),
        wrap(adapted_swiglu),
        ChunkedLoss.apply,
        True,
    )


def rope_table(shape, device, dtype):
    """cos and sin, each [S, h]."""
    half = torch.arange(0, shape.head_size, 2, device=device, dtype=torch.float64)
    angles = torch.outer(
        torch.arange(shape.sequence, device=device, dtype=torch.float64),
        10000.0 ** (-half / shape.head_size),
    )
    angles = torch.cat((angles, angles), -1)
    return angles.cos().to(dtype), angles.sin().to(dtype)


def attention(n, layer, shape, table, pieces):
    """Causal attention with grouped key-value heads. n: [B, S, H] -> [B, S, H]."""
    query, key = shape.heads * shape.head_size, shape.kv_heads * shape.head_size
    qkv, dtype = layer.qkv.to(n.dtype), n.dtype
    if pieces.fused_qkv:
        q, k, v = F.linear(n, qkv).split((query, key, key), -1)
    else:
        q, k, v = (F.linear(n, w) for w in qkv.split((query, key, key)))
    q, k, v = (t.unflatten(-1, (-1, shape.head_size)).transpose(1, 2) for t in (q, k, v))
    q, k = pieces.rope(q, k, *table)
    grouped = dtype == torch.bfloat16 and n.is_cuda  # float32's fast kernel wants all the heads
    if not grouped:
        k, v = (t.repeat_interleave(shape.heads // shape.kv_heads, 1) for t in (k, v))
    y = F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=grouped)
    return F.linear(y.transpose(1, 2).flatten(2), layer.out.to(dtype))
