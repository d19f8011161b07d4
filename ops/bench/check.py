"""Loop and grouped experts must give the same loss and gradients; calibration the same statistics."""

import torch
from model import adapters, loss, stacked_gradients, trained
from works import Statistics, batch, experts_parts

# Largest error of a gradient, relative to its norm. In bf16 a token near a tie may take another expert.
TOLERANCES = {torch.float64: 1e-10, torch.float32: 1e-3, torch.bfloat16: 0.15}


def gradients(shape, variant, device, dtype):
    """Loss and gradients by name, the adapters' in the stacked layout."""
    master = torch.float64 if dtype == torch.float64 else torch.float32
    model, ffn, pieces = experts_parts(shape, variant, device, dtype, master)
    trained(model, "experts")
    value = loss(model, *batch(shape, 4 * shape.sequence, device), ffn, pieces)
    value.backward()
    found = {"norm": model.norm.grad}
    for i, layer in enumerate(model.layers):
        stacked = isinstance(layer.lora, dict)
        lora = (
            {name: t.grad for name, t in layer.lora.items()}
            if stacked
            else stacked_gradients(layer.lora)
        )
        found |= {f"layer {i} {name}": grad for name, grad in lora.items()}
        found |= {f"layer {i} norm1": layer.norm1.grad, f"layer {i} norm2": layer.norm2.grad}
        assert all(t.grad is not None for t in adapters(layer)) or not stacked
    return value.item(), found


def compare(shape, device, dtype, variant):
    loop_loss, wanted = gradients(shape, "loop", device, dtype)
    value, found = gradients(shape, variant, device, dtype)
    worst, where = 0.0, "none"
    for name, gradient in wanted.items():
        error = ((found[name] - gradient).norm() / gradient.norm()).item()
        if not error <= worst:  # a NaN counts as the worst
            worst, where = error, name
    limit = TOLERANCES[dtype]
    print(f"{dtype} loop {loop_loss:.9f} {variant} {value:.9f}, gradients differ by {worst:.2e} ({where})")
    if not (abs(value - loop_loss) <= limit and worst <= limit):
        raise SystemExit(f"FAILED: {variant} and loop differ by more than {limit} in {dtype}")


def compare_statistics(device):
    x = torch.randn(300, 7, device=device, dtype=torch.float64) + 3
    merged = Statistics()
    for rows in x.split((100, 150, 50)):
        merged.add(None, (rows,))
    variance, mean = torch.var_mean(x, 0, correction=0)
    if not (
        torch.allclose(merged.mean, mean, rtol=1e-5)
        and torch.allclose(merged.squares / merged.count, variance, rtol=1e-5)
    ):
        raise SystemExit("FAILED: merged statistics differ from those of all rows")


def run(shape, device, variants):
    compare_statistics(device)
    for dtype in TOLERANCES:
        for variant in variants:
            if variant != "loop":
                compare(shape, device, dtype, variant)
    print("check passed")
