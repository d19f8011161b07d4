"""Random weights made on the device, and the forward pass of the decoder."""

from types import SimpleNamespace

import torch
import torch.nn.functional as F
from pieces import attention, rope_table

STD = 0.02


class Weights:
    """Draws weights; the same seed, shape and device give the same ones."""

    def __init__(self, shape, device, dtype, master, seed=1):
        self.shape, self.device, self.dtype, self.master = shape, device, dtype, master
        self.generator = torch.Generator(device).manual_seed(seed)

    def normal(self, *size, dtype=None):
        empty = torch.empty(size, device=self.device, dtype=dtype or self.dtype)
        return empty.normal_(0, STD, generator=self.generator)

    def common(self, dtype=None):
        s = self.shape
        query, key = s.heads * s.head_size, s.kv_heads * s.head_size
        return {
            "norm1": torch.ones(s.hidden, device=self.device, dtype=self.master),
            "norm2": torch.ones(s.hidden, device=self.device, dtype=self.master),
            "qkv": self.normal(query + 2 * key, s.hidden, dtype=dtype),
            "out": self.normal(s.hidden, query, dtype=dtype),
        }

    def sparse_layer(self):
        s = self.shape
        lora = {
            "gate_up_a": self.normal(s.experts, 2 * s.rank, s.hidden, dtype=self.master),
            "gate_b": self.normal(s.experts, s.width, s.rank, dtype=self.master),
            "up_b": self.normal(s.experts, s.width, s.rank, dtype=self.master),
            "down_a": self.normal(s.experts, s.rank, s.width, dtype=self.master),
            "down_b": self.normal(s.experts, s.hidden, s.rank, dtype=self.master),
        }
        return SimpleNamespace(
            **self.common(),
            router=self.normal(s.experts, s.hidden, dtype=self.master),
            gate_up=self.normal(s.experts, 2 * s.width, s.hidden),
            down=self.normal(s.experts, s.hidden, s.width),
            lora=lora,
        )

    def dense_layer(self, dtype=None):
        s = self.shape
        return SimpleNamespace(
            **self.common(dtype),
            gate_up=self.normal(2 * s.ffn, s.hidden, dtype=dtype),
            down=self.normal(s.hidden, s.ffn, dtype=dtype),
        )

    def model(self, layer, dtype=None):
        s = self.shape
        return SimpleNamespace(
            shape=s,
            dtype=self.dtype,
            embedding=self.normal(s.vocab, s.hidden, dtype=dtype),
            layers=[layer() for _ in range(s.layers)],
            norm=torch.ones(s.hidden, device=self.device, dtype=self.master),
            head=self.normal(s.vocab, s.hidden, dtype=dtype),
            table=rope_table(s, self.device, self.dtype),
        )


def separate_adapters(lora, rank):
    """The stacked factors as one pair of arrays for each projection of each expert."""
    gate_a, up_a = lora["gate_up_a"].split(rank, 1)
    pairs = {
        "gate": (gate_a, lora["gate_b"]),
        "up": (up_a, lora["up_b"]),
        "down": (lora["down_a"], lora["down_b"]),
    }
    return [
        {name: tuple(t[e].clone() for t in pair) for name, pair in pairs.items()}
        for e in range(lora["gate_b"].size(0))
    ]


def stacked_gradients(lora):
    """Gradients of separate adapters in the layout of the stacked ones; an idle expert's are zero."""

    def stack(name, which):
        parts = [expert[name][which] for expert in lora]
        return torch.stack([torch.zeros_like(p) if p.grad is None else p.grad for p in parts])

    return {
        "gate_up_a": torch.cat((stack("gate", 0), stack("up", 0)), 1),
        "gate_b": stack("gate", 1),
        "up_b": stack("up", 1),
        "down_a": stack("down", 0),
        "down_b": stack("down", 1),
    }


def adapters(layer):
    if isinstance(layer.lora, dict):
        return list(layer.lora.values())
    return [t for expert in layer.lora for pair in expert.values() for t in pair]


def trained(model, work):
    """The arrays that the work trains, marked so."""
    found = []
    if work != "router":
        found.append(model.norm)
    for layer in model.layers:
        if work == "router":
            found.append(layer.router)
        elif work == "experts":
            found += [layer.norm1, layer.norm2, layer.router, *adapters(layer)]
        else:
            found += [layer.norm1, layer.norm2, layer.qkv, layer.out, layer.gate_up, layer.down]
    if work == "dense":
        found += [model.embedding, model.head]
    for array in found:
        array.requires_grad_(True)
    return found


def hidden(model, ids, ffn, pieces):
    """The decoder without its head. ids: [B, S]; ffn: (n [N, H], layer) -> [N, H]. -> [N, H]."""
    x = F.embedding(ids, model.embedding.to(model.dtype))
    n = pieces.norm(x, model.layers[0].norm1)
    following = [layer.norm1 for layer in model.layers[1:]] + [model.norm]
    for layer, norm in zip(model.layers, following):
        x, n = pieces.add_norm(
            x, attention(n, layer, model.shape, model.table, pieces), layer.norm2
        )
        y = ffn(n.flatten(0, 1), layer)
        x, n = pieces.add_norm(x, y.view_as(x), norm)
    return n.flatten(0, 1)


def loss(model, ids, targets, ffn, pieces):
    """Mean negative log likelihood of targets [N]."""
    h = hidden(model, ids, ffn, pieces)
    return pieces.loss(h, model.head.to(model.dtype), targets)
