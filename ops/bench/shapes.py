"""Sizes of a model, and the FLOPs that are counted for it.

H hidden, L layers, A heads, G key-value heads, h head size, F dense channels, E experts,
C channels of an expert, R LoRA rank, V vocabulary, S tokens of a sequence, N tokens of a batch.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    hidden: int
    layers: int
    heads: int
    kv_heads: int
    head_size: int
    ffn: int
    vocab: int
    sequence: int
    experts: int
    width: int
    rank: int = 8
    alpha: int = 16

    @property
    def lora_scale(self):
        return self.alpha / self.rank


SHAPES = {
    "tinyllama": Shape(2048, 22, 32, 4, 64, 5632, 32000, 1024, 8, 2816),
    "tiny": Shape(64, 3, 4, 2, 16, 256, 512, 64, 8, 128),
}


def flops_per_token(s, work):
    """Model FLOPs of one token: two per weight of a product, 2 A h (S + 1) for causal attention.

    Forward: attention projections, the experts at work, router, head, attention between tokens.
    Training: forward, once more for the gradients of the products' inputs, and for those of the
    trained weights only; attention between tokens, whose operands both vary, three times.
    Look-ups, norms and activations are free, and recomputation is never counted.

    Equal to dev.shoal.models.plan.Flops at TinyLlama's shape: experts 2,909,814,784, router
    13,552,132,096, calibrate (no head) 2,030,133,248, dense forward 2,161,205,248.
    """
    query, key = s.heads * s.head_size, s.kv_heads * s.head_size
    attention = 2 * s.layers * s.hidden * (2 * query + 2 * key)
    context = 2 * s.layers * query * (s.sequence + 1)
    head = 2 * s.vocab * s.hidden
    router = 2 * s.layers * s.experts * s.hidden
    expert = 2 * s.layers * 3 * s.hidden * s.width
    lora = 2 * s.layers * 3 * s.rank * (s.hidden + s.width)
    dense = attention + 2 * s.layers * 3 * s.hidden * s.ffn
    if work == "calibrate":
        return dense + context
    if work == "dense-forward":
        return dense + head + context
    if work == "dense-training":
        return 3 * (dense + head + context)
    active = s.experts if work == "router" else 1
    products = attention + active * expert + router + head
    adapters = lora if work == "experts" else 0
    return 2 * products + 3 * adapters + router + 3 * context
