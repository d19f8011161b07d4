"""Writes what lm-evaluation-harness makes of some small tasks with the sample model.

Run from the module's folder, with lm_eval 0.4.13 and what it needs:

    python src/test/python/make_task_fixtures.py ../ops/sample/model \
        src/test/resources/dev/shoal/models/tasks

Written are the task files and harness.json: numbers of Python's generator, ids of context and
continuation, few-shot prompts, log-likelihoods of every item and the aggregates.
"""

import json
import pathlib
import random
import sys
import tempfile
from argparse import Namespace

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[4] / "ops" / "parity"))

import torch
from lm_eval_tasks import make_task
from lm_eval import evaluator
from lm_eval.models.huggingface import HFLM

model, folder = sys.argv[1], pathlib.Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
torch.set_num_threads(1)


def lines(name, rows):
    with (folder / name).open("w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


PEOPLE = ["Anna", "Ben", "Zoë", "Jürgen", "Mei 美"]
THINGS = ["kite", "lamp", "red ball", "ice cream", "boat", "old violin"]
PLACES = ["in the park", "at home", "by the sea", "on the train"]


def story(i):
    person, thing, place = PEOPLE[i % 5], THINGS[i % 6], PLACES[i % 4]
    return f"One day {person} found a {thing} {place}. {person} was happy because the"


# Several choices of unlike length; one context is empty, one ends in spaces, two are too long for
# the model, one row is there
# seven times.
choices = [
    {
        "id": f"q{i}",
        "context": story(i),
        "choices": [THINGS[i % 6] + " was big.", "sun shone", "the", "cat saw the 美 moon 🙂."][: 2 + i % 3],
        "label": i % 2,
    }
    for i in range(30)
]
choices[3]["context"] = ""
choices[5]["context"] += "  \n "
choices[7]["context"] = " ".join(story(i) for i in range(22))
choices[8] = dict(choices[7], id="q8", choices=["big.", "lamp and the lamp and the lamp"], label=1)
choices[9]["context"] = "<s>" + choices[9]["context"]
for i in range(20, 26):
    choices[i] = dict(choices[10])
lines("choices.jsonl", choices)
shots = [
    {"id": f"s{i}", "context": story(7 * i + 1), "choices": ["yes", "no", "it is"], "label": i % 3}
    for i in range(25)
]
lines("shots.jsonl", shots)
targets = [
    {"id": f"t{i}", "context": story(i), "target": [" park", "sea.", " boat was red", " dog"][i % 4]}
    for i in range(12)
]
lines("targets.jsonl", targets)
texts = [{"text": " ".join(story(i + j) + " end.\n" for j in range(1 + 11 * i))} for i in range(5)]
texts.append({"text": ""})
lines("texts.jsonl", texts)

expected = {"random": [], "pairs": [], "prompts": [], "tasks": {}}
for seed in (0, 1234, 2**31 + 7, 2**40 + 3):
    for population, count in ((5, 2), (21, 5), (22, 5), (85, 6), (86, 6), (1000, 25)):
        rnd = random.Random(seed)
        drawn = [rnd.sample(range(population), count) for _ in range(3)]
        expected["random"].append(
            {"seed": seed, "population": population, "drawn": drawn, "next": rnd.random()}
        )


class Capture(HFLM):
    """Keeps the ids of what it scores."""

    def _loglikelihood_tokens(self, requests, **kwargs):
        self.captured = [(list(context), list(rest)) for _, context, rest in requests]
        return super()._loglikelihood_tokens(requests, **kwargs)


def open_model(bos):
    return Capture(pretrained=model, dtype="float32", device="cpu", batch_size=4, add_bos_token=bos)


PAIRS = [
    ("One day", " the cat"),
    ("One day ", "the cat"),
    ("One day \n\t ", " the cat"),
    ("unbeliev", "able"),  # without a delimiter tokens may span both
    ("", " the cat"),
    ("", "<s>the cat"),
    ("<s>One day", " the cat"),
    (" ", "the cat"),
    ("Grüße, 世", "界 🙂"),
]
for bos in (None, True, False):
    lm = open_model(bos)
    for context, continuation in PAIRS:
        if bos is False and context == " ":
            continue  # the harness stops: no token is left for the context

        class Request:
            args = (context, continuation)

        lm.loglikelihood([Request], disable_tqdm=True)
        ids, rest = lm.captured[0]
        expected["pairs"].append(
            {"bos": bos, "context": context, "continuation": continuation, "context_ids": ids, "ids": rest}
        )


def options(**given):
    defaults = {"num_fewshot": 0, "fewshot": None, "limit": None, "sampler": "default", "description": ""}
    return Namespace(**(defaults | given))


lm = open_model(None)
with tempfile.TemporaryDirectory() as temporary:
    temporary = pathlib.Path(temporary)
    for number, (shots_of, count, sampler, description) in enumerate(
        [
            ("shots.jsonl", 2, "default", ""),
            ("shots.jsonl", 6, "default", "Stories.\n\n"),
            (None, 2, "default", ""),
            (None, 6, "default", ""),
            ("shots.jsonl", 3, "first_n", "Stories: "),
            (None, 3, "first_n", ""),
        ]
    ):
        path = folder / shots_of if shots_of else None
        task, _, _ = make_task(
            temporary / str(number),
            folder / "choices.jsonl",
            options(num_fewshot=count, fewshot=path, sampler=sampler, description=description),
        )
        task.set_fewshot_seed(1234)
        prompts = [task.fewshot_context(doc, count) for doc in task.eval_docs]
        expected["prompts"].append(
            {
                "fewshot": shots_of,
                "count": count,
                "sampler": sampler,
                "description": description,
                "prompts": [prompt[:-len(doc["context"]) or None] for prompt, doc in zip(prompts, task.eval_docs)],
            }
        )
    for name, count, shots_of in (
        ("choices", 0, None),
        ("choices", 2, folder / "shots.jsonl"),
        ("targets", 0, None),
        ("targets", 2, None),
        ("texts", 0, None),
    ):
        task, kind, _ = make_task(
            temporary / f"{name}{count}",
            folder / f"{name}.jsonl",
            options(num_fewshot=count, fewshot=shots_of),
        )
        task.set_fewshot_seed(1234)
        results = evaluator.evaluate(lm, {name: task}, bootstrap_iters=100_000)
        expected["tasks"][f"{name}-{count}"] = {
            "results": results["results"][name],
            "items": [
                [r if kind == "loglikelihood_rolling" else r[0] for r in sample["filtered_resps"]]
                for sample in results["samples"][name]
            ],
        }

# Token perplexity as GPTQ, Wanda and FLAP compute it.
ids = lm.tokenizer("\n\n".join(row["text"] for row in texts), return_tensors="pt").input_ids
means = []
for at in range(0, ids.size(1) // 64 * 64, 64):
    window = ids[:, at : at + 64]
    with torch.no_grad():
        means.append(lm.model(window, labels=window).loss.item())
expected["token_perplexity_64"] = torch.tensor(means).mean().exp().item()
(folder / "harness.json").write_text(json.dumps(expected, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
