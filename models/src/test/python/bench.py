"""Tokens per second of the dense model in transformers: what Bench.java is compared with.

    python src/test/python/bench.py MODEL THREADS SECONDS [PART...]
"""

import sys
import time

import torch
from transformers import AutoModelForCausalLM

folder, threads, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
torch.set_num_threads(threads)
model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
ids = torch.randint(0, model.config.vocab_size, (8, 256))


def hidden():
    with torch.inference_mode():
        model.model(ids, use_cache=False)


def nll():
    with torch.inference_mode():
        model(ids, labels=ids, use_cache=False)


def calibrate():
    """The same pass with the statistics of every down_proj's input, by hooks, in float32."""
    found = []

    def observe(module, inputs):
        h = inputs[0].reshape(-1, inputs[0].shape[-1])
        mean = h.mean(0)
        found.append((mean, (h - mean).square().sum(0)))

    layers = model.model.layers
    hooks = [layer.mlp.down_proj.register_forward_pre_hook(observe) for layer in layers]
    hidden()
    for hook in hooks:
        hook.remove()


def write(count):
    return lambda: model.generate(
        ids[:count, :128], max_new_tokens=128, do_sample=False, eos_token_id=None
    )


optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5, weight_decay=0.0, fused=True)


def train():
    optimizer.zero_grad(set_to_none=True)
    model(ids, labels=ids, use_cache=False).loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()


parts = [
    ("dense-hidden", 2048, hidden),
    ("dense-nll", 2048, nll),
    ("calibrate", 2048, calibrate),
    ("dense-write", 128, write(1)),
    ("dense-write-8", 1024, write(8)),
    ("dense-train", 2048, train),
]
for name, tokens, work in parts:
    if sys.argv[4:] and name not in sys.argv[4:]:
        continue
    for _ in range(3):
        work()
    best, cpu, rounds, begin = float("inf"), float("inf"), 0, time.perf_counter()
    while time.perf_counter() - begin < seconds:
        start, thread = time.perf_counter(), time.thread_time()
        work()
        best = min(best, time.perf_counter() - start)
        cpu = min(cpu, time.thread_time() - thread)
        rounds += 1
    mean = (time.perf_counter() - begin) / rounds
    print(
        f"{name:14s} best {tokens / best:9.0f} /s  mean {tokens / mean:9.0f} /s"
        f"  per second of this thread {tokens / cpu:9.0f}  ({rounds} rounds)"
    )
