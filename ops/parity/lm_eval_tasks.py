#!/usr/bin/env python3
"""Compare Shoal's scores with lm-evaluation-harness, item by item.

Give it a model folder, the task files that were evaluated and the folder that Shoal wrote
(items-TASK.jsonl and results.json). It makes a harness task of each file, runs the harness on the
same model in float32 with the same begin-token mode, and compares the log-likelihood of every
choice, which choice wins by each rule, and the aggregates.

    pip install torch transformers accelerate lm_eval==0.4.13
    python ops/parity/lm_eval_tasks.py MODEL OUT TASK.jsonl [TASK2.jsonl.gz ...]
        [--num-fewshot N] [--fewshot FILE] [--sampler default|first_n] [--description TEXT]
        [--add-bos default|true|false] [--limit ROWS] [--batch-size 8] [--threads 1]

Exit status: 0 where everything agrees, 1 where something does not.
"""

import argparse
import contextlib
import gzip
import json
import logging
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_DATASETS_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("DISABLE_MULTIPROC", "1")

TOLERANCE = 1e-3  # nats, of one continuation in float32
SAME_CHOICE = 0.998
DIGITS = 4

KEPT = {
    "multiple_choice": ["context", "choices", "label"],
    "loglikelihood": ["context", "target"],
    "loglikelihood_rolling": ["text"],
}
METRICS = {
    "multiple_choice": ["acc", "acc_norm", "acc_bytes", "exact_match"],
    "loglikelihood": ["perplexity", "acc"],
    "loglikelihood_rolling": ["word_perplexity", "byte_perplexity", "bits_per_byte"],
}
AGGREGATION = {
    "perplexity": "perplexity",
    "word_perplexity": "weighted_perplexity",
    "byte_perplexity": "weighted_perplexity",
    "bits_per_byte": "bits_per_byte",
}


def task_name(path):
    name = path.name
    for ending in (".gz", ".zst"):
        name = name.removesuffix(ending)
    return name.removesuffix(".jsonl").removesuffix(".ndjson").removesuffix(".parquet")


def read_rows(path):
    if path.name.endswith(".parquet"):
        import pyarrow.parquet as parquet

        return parquet.read_table(path).to_pylist()
    if path.name.endswith(".zst"):
        import zstandard

        text = zstandard.open(path, "rt", encoding="utf-8").read()
    elif path.name.endswith(".gz"):
        text = gzip.open(path, "rt", encoding="utf-8").read()
    else:
        text = path.read_text(encoding="utf-8")
    return [json.loads(line) for line in text.split("\n") if line.strip()]


def output_type(row):
    for kind, field in (
        ("multiple_choice", "choices"),
        ("loglikelihood", "target"),
        ("loglikelihood_rolling", "text"),
    ):
        if field in row:
            return kind
    raise SystemExit(f"a row has the fields {sorted(row)}, which no task type takes")


def spaced(doc):
    """A target with the one delimiter it needs."""
    target = doc["target"]
    return target if target[:1].isspace() else " " + target


def write_rows(folder, name, rows):
    """All rows as JSON lines; every field, since the sampler compares whole rows."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (name + ".jsonl")
    with path.open("w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
    return str(path)


def make_task(folder, path, args):
    from lm_eval.api.task import ConfigurableTask

    rows = read_rows(path)
    kind = output_type(rows[0])
    name = task_name(path)
    files = {"test": write_rows(folder, name, rows[: args.limit] if args.limit else rows)}
    config = {
        "task": name,
        "dataset_path": "json",
        "dataset_kwargs": {"data_files": files},
        "test_split": "test",
        "output_type": kind,
        "metric_list": [
            {
                "metric": metric,
                "aggregation": AGGREGATION.get(metric, "mean"),
                "higher_is_better": metric in ("acc", "acc_norm", "acc_bytes", "exact_match"),
            }
            for metric in METRICS[kind]
        ],
        "num_fewshot": args.num_fewshot,
        "description": args.description,
    }
    if kind == "multiple_choice":
        config |= {"doc_to_text": "context", "doc_to_choice": "choices", "doc_to_target": "label"}
    elif kind == "loglikelihood":
        config |= {"doc_to_text": "context", "doc_to_target": spaced}
        config["fewshot_config"] = {"doc_to_target": spaced, "target_delimiter": ""}
    else:
        config |= {"doc_to_text": "", "doc_to_target": "text"}
    if args.num_fewshot and args.fewshot:
        files["train"] = write_rows(folder, name + "-shots", read_rows(args.fewshot))
        config |= {"training_split": "train", "fewshot_split": "train"}
    elif args.num_fewshot:
        config["fewshot_split"] = "test"
    if args.sampler != "default":
        config.setdefault("fewshot_config", {})["sampler"] = args.sampler
    return ConfigurableTask(config=config), kind, len(rows)


def argmax(values):
    return max(range(len(values)), key=lambda i: values[i])  # the first among equals


def choices_of(likelihoods, choices):
    return [
        argmax(likelihoods),
        argmax([l / len(c) for l, c in zip(likelihoods, choices)]),
        argmax([l / len(c.encode("utf-8")) for l, c in zip(likelihoods, choices)]),
    ]


def compare_items(kind, samples, items):
    """Largest difference, items over the tolerance, items with another choice."""
    worst, over, other = 0.0, 0, 0
    for sample, item in zip(samples, items, strict=True):
        doc = sample["doc"]
        if kind == "loglikelihood_rolling":
            theirs, greedy = [sample["filtered_resps"][0]], None
        else:
            theirs = [response[0] for response in sample["filtered_resps"]]
            greedy = [response[1] for response in sample["filtered_resps"]]
        ours = item["log_likelihoods"]
        difference = max(abs(a - b) for a, b in zip(theirs, ours, strict=True))
        worst = max(worst, difference)
        over += difference > TOLERANCE
        if kind == "multiple_choice":
            mine = [item["chosen"], item["chosen_norm"], item["chosen_bytes"]]
            other += mine != choices_of(theirs, doc["choices"]) or item["greedy"] != greedy
        elif greedy is not None:
            other += item["greedy"] != greedy
    return worst, over, other


def compare_aggregates(theirs, ours, same_choices):
    """Lines that differ, out of the metrics both have."""
    faults = []
    for key, value in theirs.items():
        if "," not in key or not same_choices:
            continue
        mine = ours.get(key)
        if isinstance(value, str) or isinstance(mine, str) or mine is None:
            agree = mine == value
        else:
            # perplexities of thousands: four decimals of the logarithm
            scale = max(1.0, abs(value)) if "perplexity" in key else 1.0
            agree = abs(mine - value) / scale < 0.5 * 10**-DIGITS
        if not agree:
            faults.append(f"  {key}: harness {value}, Shoal {mine}")
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model", type=Path, help="model folder")
    parser.add_argument("out", type=Path, help="folder with items-TASK.jsonl and results.json")
    parser.add_argument("tasks", type=Path, nargs="+", help="the task files that Shoal evaluated")
    parser.add_argument("--num-fewshot", type=int, default=0)
    parser.add_argument("--fewshot", type=Path, help="file of examples; without it the task's own")
    parser.add_argument("--sampler", choices=["default", "first_n"], default="default")
    parser.add_argument("--description", default="", help="text before the first example")
    parser.add_argument("--add-bos", choices=["default", "true", "false"], default="default")
    parser.add_argument("--limit", type=int, help="where Shoal was given only the first rows")
    parser.add_argument("--batch-size", type=int, default=8)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()

    import torch
    from lm_eval import evaluator
    from lm_eval.models.huggingface import HFLM

    logging.getLogger("lm_eval").setLevel(logging.ERROR)
    torch.set_num_threads(args.threads)
    bos = {"default": None, "true": True, "false": False}[args.add_bos]
    lm = HFLM(
        pretrained=str(args.model),
        dtype="float32",
        device="cpu",
        batch_size=args.batch_size,
        add_bos_token=bos,
    )
    written = json.loads((args.out / "results.json").read_text(encoding="utf-8"))
    failed = False
    print(
        f"{'task':<16}{'items':>7}{'max diff':>11}{'>1e-3':>7}{'same':>9}{'aggregates':>12}"
        f"{'harness s':>11}"
    )
    with tempfile.TemporaryDirectory() as temporary:
        os.environ["HF_DATASETS_CACHE"] = temporary
        for path in args.tasks:
            task, kind, _ = make_task(Path(temporary), path, args)
            task.set_fewshot_seed(1234)
            name = task_name(path)
            begin = time.time()
            with contextlib.redirect_stdout(sys.stderr):  # the harness says what it bootstraps
                results = evaluator.evaluate(lm, {name: task}, bootstrap_iters=100_000)
            seconds = time.time() - begin
            items = [
                json.loads(line)
                for line in (args.out / f"items-{name}.jsonl").read_text("utf-8").splitlines()
            ]
            worst, over, other = compare_items(kind, results["samples"][name], items)
            same = 1 - other / len(items)
            faults = compare_aggregates(
                results["results"][name], written["results"][name], other == 0
            )
            failed |= over > 0 or same < SAME_CHOICE or bool(faults)
            agree = "differ" if faults else "agree" if other == 0 else "not asked"
            print(
                f"{name:<16}{len(items):>7}{worst:>11.1e}{over:>7}{same:>9.2%}{agree:>12}"
                f"{seconds:>11.1f}"
            )
            for fault in faults:
                print(fault)
            sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
