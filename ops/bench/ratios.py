"""Prints what table.sh measured, Shoal beside PyTorch.

    python3 ops/bench/ratios.py FOLDER

Shares are of the higher of the two peaks. A work is compared with the reference of as many tokens a
step, or else of the nearest number; router stages are compared by tokens, since Shoal needs fewer
FLOPs for them.
"""

import json
import pathlib
import sys


def lines(folder, name):
    file = folder / name
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def row(name, line, rate, flops, peak, beside=""):
    memory = line.get("memory_bytes", 0) / 2**30 or line.get("peak_memory_gib", 0)
    share = flops / peak / line.get("devices", 1)
    print(
        f"{name:34s}{line['tokens']:>9,d}{rate:>13,.0f}{flops / 1e12:>11.3f}{share:>8.1%}"
        f"{memory:>7.1f}  {beside}".rstrip()
    )


def beside(line, references):
    """Ratios to every variant of the same work."""
    work, found = line["work"].split(":")[0], {}
    for other in references:
        if other["work"] == work and "tokens_per_second" in other and other["variant"] != "float32":
            now = found.get(other["variant"])
            if now is None or abs(other["tokens"] - line["tokens"]) < abs(now["tokens"] - line["tokens"]):
                found[other["variant"]] = other
    return "; ".join(
        f"{line['tokens_per_second'] / other['tokens_per_second']:.2f} x {variant}"
        + ("" if other["tokens"] == line["tokens"] else f" (of {other['tokens']:,d})")
        for variant, other in found.items()
    )


def main():
    folder = pathlib.Path(sys.argv[1])
    references = lines(folder, "pytorch.jsonl")
    one = lines(folder, "shoal.jsonl") + lines(folder, "affinity.jsonl")
    several = lines(folder, "several.jsonl")
    peaks = {"PyTorch": 1e12 * line["model_tflops"] for line in references if line["work"] == "peak"}
    if one:
        peaks["Shoal"] = max(line["peak_flops_per_second"] for line in one)
    if not peaks:
        sys.exit(f"{folder}: nothing was measured; run ops/bench/table.sh")
    peak = max(peaks.values())
    for line in (references[:1] + one[:1]):
        print(line.get("engine") or f"torch-{line['torch']}", "on", line["device"])
    print("peak, TFLOP/s:", ", ".join(f"{who} {flops / 1e12:.3f}" for who, flops in peaks.items()))
    print(f"\n{'work':34s}{'tokens':>9s}{'tokens/s':>13s}{'TFLOP/s':>11s}{'share':>8s}{'GiB':>7s}")
    for line in references:
        if "tokens_per_second" in line:
            name = f"PyTorch {line['work']}, {line['variant']}"
            row(name, line, line["tokens_per_second"], 1e12 * line["model_tflops"], peak)
    for line in one + several:
        name = "Shoal " + line["work"]
        if "error" in line:
            print(f"{name:34s}{line['error']}")
            continue
        ratios = beside(line, references)
        usual = next((a for a in one if a["work"] == "experts" and "error" not in a), None)
        if line["devices"] > 1:
            name += f", {line['devices']} devices"
        if usual and (line["devices"] > 1 or line["work"] == "deterministic"):
            ratios = f"{line['tokens_per_second'] / usual['tokens_per_second']:.2f} x experts"
        if line["work"].startswith("affinity"):
            ratios = f"{line['seconds']:.1f} s"
        row(name, line, line["tokens_per_second"], line["model_flops_per_second"], peak, ratios)


if __name__ == "__main__":
    main()
