"""What the device reaches in one large bf16 product (float32 and smaller on a CPU).

    python3 ops/bench/peak.py
"""

import json
import statistics
import time

import torch


def synchronize(device):
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def seconds_per_round(work, device, rounds, warmup):
    """Seconds of each of `rounds` calls, the device idle before and after."""
    for _ in range(warmup):
        work()
    times = []
    for _ in range(rounds):
        synchronize(device)
        begin = time.perf_counter()
        work()
        synchronize(device)
        times.append(time.perf_counter() - begin)
    return times


def measure(device):
    """FLOPs per second of a square product of random data: median of 10 after 3 warm-ups."""
    on_gpu = device.type == "cuda"
    size, dtype = (8192, torch.bfloat16) if on_gpu else (512, torch.float32)
    a, b = (torch.randn(size, size, device=device, dtype=dtype) for _ in range(2))
    seconds = statistics.median(seconds_per_round(lambda: a @ b, device, 10, 3))
    return 2.0 * size**3 / seconds


def default_device():
    return torch.device("cuda", 0) if torch.cuda.is_available() else torch.device("cpu")


def device_name(device):
    return torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"


if __name__ == "__main__":
    place = default_device()
    tflops = round(measure(place) / 1e12, 3)
    print(json.dumps({"work": "peak", "tflops": tflops, "device": device_name(place)}))
