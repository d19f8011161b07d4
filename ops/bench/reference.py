"""The heavy work of a reconstruction in plain PyTorch: what Shoal's own speed is compared with.

    python3 ops/bench/reference.py [--work peak,experts,router,calibrate,dense]
        [--variants loop,grouped,compiled] [--tokens 16384] [--steps 8] [--shape tinyllama|tiny]
    python3 ops/bench/reference.py --check

Weights and tokens are random. On a GPU the frozen weights are bf16, on a CPU all is float32. Each
work prints one line of JSON; one that runs out of memory is repeated with half of the tokens.
"""

import argparse
import gc
import json
import signal
import statistics
import traceback

import check
import peak
import torch
from shapes import SHAPES, flops_per_token
from works import PREPARE, VARIANTS

COMPILE_SECONDS = 150
TRAINING = ("experts", "router")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--work", default="peak,experts,router,calibrate,dense")
    parser.add_argument("--variants", default="loop,grouped", help="of experts")
    parser.add_argument("--tokens", type=int, default=16384)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--shape", choices=SHAPES, default="tinyllama")
    parser.add_argument("--check", action="store_true", help="compare the variants and stop")
    return parser.parse_args()


def measure(work, variant, shape, tokens, steps, device):
    """One line's numbers: what the first step gave, and the median time of those after two more."""
    dtype = torch.bfloat16 if device.type == "cuda" else torch.float32
    step = PREPARE[work](shape, variant, tokens, device, dtype)
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
    first = float(step())
    seconds = statistics.median(peak.seconds_per_round(step, device, steps, 2))
    tokens = max(1, tokens // shape.sequence) * shape.sequence
    key = f"{work}-{variant}" if work == "dense" else work
    line = {
        "tokens_per_second": round(tokens / seconds),
        "step_ms": round(1e3 * seconds, 3),
        "model_tflops": round(tokens * flops_per_token(shape, key) / seconds / 1e12, 4),
        "tokens": tokens,
        "loss" if work in TRAINING or variant == "training" else "value": first,
    }
    if device.type == "cuda":
        line["peak_memory_gib"] = round(torch.cuda.max_memory_allocated(device) / 2**30, 2)
    return line


def with_limit(seconds, action):
    """Gives up after so many seconds: compilation has no limit of its own."""

    def give_up(*_):
        raise TimeoutError(f"not done in {seconds} s")

    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(seconds)
    try:
        return action()
    finally:
        signal.alarm(0)


def free(device):
    gc.collect()
    if device.type == "cuda":
        torch.cuda.empty_cache()


def attempt(work, variant, options, device):
    """Measures with fewer and fewer tokens until they fit; any other failure becomes the line's error."""
    shape, tokens, notes = SHAPES[options.shape], options.tokens, {}
    while True:
        action = lambda: measure(work, variant, shape, tokens, options.steps, device)
        try:
            return (with_limit(COMPILE_SECONDS, action) if variant == "compiled" else action()) | notes
        except torch.OutOfMemoryError:
            notes["note"] = f"out of memory with {tokens} tokens"
        except Exception as e:  # one work's failure must not cost the others
            traceback.print_exc()
            return {"error": f"{type(e).__name__}: {str(e)[:300]}"} | notes
        tokens //= 2
        if tokens < shape.sequence:
            return {"error": notes["note"]}
        free(device)


def main():
    options, device = arguments(), peak.default_device()
    chosen = options.variants.split(",")
    if options.check:
        return check.run(SHAPES["tiny"], device, chosen)
    top = peak.measure(device)
    about = {"torch": torch.__version__, "device": peak.device_name(device)}
    for work in options.work.split(","):
        if work == "peak":
            print(json.dumps({"work": work, "model_tflops": round(top / 1e12, 3)} | about), flush=True)
            continue
        for variant in VARIANTS[work]:
            if work == "experts" and variant not in chosen:
                continue
            line = {"work": work, "variant": variant, "shape": options.shape}
            line |= attempt(work, variant, options, device)
            if "model_tflops" in line:
                line["share_of_peak"] = round(1e12 * line["model_tflops"] / top, 4)
            print(json.dumps(line | about), flush=True)
            free(device)


if __name__ == "__main__":
    main()
