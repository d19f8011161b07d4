#!/usr/bin/env python3
"""Compares a GGUF file that Shoal wrote, as llama.cpp runs it, with the model it came from.

    python gguf.py reference FOLDER OUT.json      # what transformers says of an exported folder
    python gguf.py compare MODEL.gguf REFERENCE   # REFERENCE: such a file, Shoal's own, or a folder

The first needs torch and transformers, the second numpy and llama-cpp-python; they may be two
environments. Texts come from prompts.jsonl beside this file, or from any file of {"text": ...} lines
(--texts, also .gz). Compared are the tokens of each text, the distribution of the next token at the
first --tokens positions (Kullback-Leibler divergence in nats, perplexity), and --greedy tokens that
follow the first --prompt tokens, each the likeliest one.

The exit code is 1 where a text has other tokens, where the mean divergence is above --largest, or,
unless --quantized, where another token follows.
"""

import argparse
import base64
import gzip
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path = [p for p in sys.path if os.path.abspath(p) != HERE]  # this file is not the package gguf

import numpy as np  # noqa: E402


def texts(args):
    opened = gzip.open if args.texts.endswith(".gz") else open
    with opened(args.texts, "rt", encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines if line.strip()][: args.documents]


def transformers_reference(folder, args):
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, experts_implementation="eager"
    ).eval()
    experts = getattr(model.config, "num_local_experts", None) or model.config.num_experts
    exact = torch.nn.functional.linear
    rounded = {"exact": None, "bfloat16": torch.bfloat16, "float16": torch.float16}[args.activations]

    def linear(x, weight, bias=None):
        router = weight.shape[0] == experts  # stays in float32 there, too
        return exact(x if router else x.to(rounded).float(), weight, bias)

    def logits(ids):
        torch.nn.functional.linear = exact if rounded is None else linear
        with torch.inference_mode():
            return model(torch.tensor([ids])).logits[0].numpy()

    documents = []
    for text in texts(args):
        ids = tokenizer(text).input_ids
        documents.append(
            {
                "text": text,
                "ids": ids,
                "prompt": min(args.prompt, len(ids)),
                **greedy(logits, ids[: args.prompt], args.greedy),
                "logits": logits(ids[: args.tokens]),
            }
        )
    return documents


def greedy(logits, prompt, count):
    ids = list(prompt)
    margins = []  # of the likeliest token over the next one, in nats
    for _ in range(count):
        last = logits(ids)[-1]
        second, first = np.argpartition(last, -2)[-2:]
        ids.append(int(np.argmax(last)))
        margins.append(float(last[first] - last[second]))
    return {"greedy": ids[len(prompt) :], "margins": margins}


def save(documents, path):
    for document in documents:
        document["positions"] = len(document["logits"])
        document["logits"] = base64.b64encode(document["logits"].astype("<f4").tobytes()).decode()
    with open(path, "w", encoding="utf-8") as out:
        json.dump({"documents": documents}, out)


def load(path):
    with open(path, encoding="utf-8") as file:
        documents = json.load(file)["documents"]
    for document in documents:
        flat = np.frombuffer(base64.b64decode(document["logits"]), "<f4")
        document["logits"] = flat.reshape(document["positions"], -1)
    return documents


def log_softmax(logits):
    logits = logits.astype(np.float64)
    shifted = logits - logits.max(-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))


class LlamaCpp:
    """llama.cpp on the processor; keys and values in float32 as in the reference."""

    def __init__(self, path, positions, threads):
        import llama_cpp

        defaults = llama_cpp.llama_cpp.llama_model_default_params

        def plain():  # weights as they are in the file, in no processor's own layout
            params = defaults()
            params.use_extra_bufts = False
            return params

        llama_cpp.llama_cpp.llama_model_default_params = plain
        self.model = llama_cpp.Llama(
            path,
            n_ctx=positions,
            n_gpu_layers=0,
            n_threads=threads,
            n_threads_batch=threads,
            logits_all=True,
            type_k=llama_cpp.GGML_TYPE_F32,
            type_v=llama_cpp.GGML_TYPE_F32,
            verbose=False,
        )

    def ids(self, text):
        return self.model.tokenize(text.encode("utf-8"), add_bos=True, special=True)

    def logits(self, ids):
        self.model.reset()
        self.model.eval(ids)
        return np.array(self.model.scores[: len(ids)])

    def greedy(self, prompt, count):
        last = self.logits(prompt)[-1]
        out = []
        for _ in range(count):
            out.append(int(np.argmax(last)))
            self.model.eval(out[-1:])
            last = self.model.scores[self.model.n_tokens - 1]
        return out


def compare(args):
    folder = os.path.isdir(args.reference)
    documents = transformers_reference(args.reference, args) if folder else load(args.reference)
    longest = max(max(len(d["logits"]), d["prompt"] + len(d["greedy"])) for d in documents)
    runtime = LlamaCpp(args.model, longest + 8, args.threads)
    found = [one(runtime, document) for document in documents]
    tokens = sum(f["tokens"] for f in found)
    same = sum(f["greedy"] for f in found)
    divergence = np.concatenate([f["divergence"] for f in found])
    ours, theirs = (np.concatenate([f[k] for f in found]) for k in ("reference_nll", "gguf_nll"))
    print(f"texts with the same tokens      {tokens} of {len(found)}")
    print(f"texts with the same greedy ids  {same} of {len(found)}")
    print(f"positions                       {len(divergence)}")
    print(f"mean divergence                 {divergence.mean():.3g} nats")
    print(f"largest divergence              {divergence.max():.3g} nats")
    print(f"same likeliest token            {np.mean([f['top'] for f in found]):.4%}")
    print(f"largest difference of a logit   {max(f['logit'] for f in found):.3g}")
    print(f"perplexity of the reference     {np.exp(ours.mean()):.4f}")
    print(f"perplexity of the GGUF file     {np.exp(theirs.mean()):.4f}")
    good = tokens == len(found) and divergence.mean() <= args.largest
    return 0 if good and (args.quantized or same == len(found)) else 1


def one(runtime, document):
    logits = document["logits"]
    ids = document["ids"][: len(logits)]
    reference = log_softmax(logits)
    gguf_logits = runtime.logits(ids)
    gguf = log_softmax(gguf_logits)
    tokenized = runtime.ids(document["text"])
    if tokenized != document["ids"]:
        print(f"other tokens for {document['text'][:60]!r}: ", end="")
        at = first_difference(tokenized, document["ids"])
        print(f"at {at} {tokenized[at : at + 4]}, expected {document['ids'][at : at + 4]}")
    greedy_ids = runtime.greedy(document["ids"][: document["prompt"]], len(document["greedy"]))
    if greedy_ids != document["greedy"]:
        at = first_difference(greedy_ids, document["greedy"])
        print(
            f"other greedy ids after {document['text'][:60]!r}: at {at}, where the reference's two "
            f"likeliest are {document['margins'][at]:.2g} nats apart"
        )
    following = ids[1:]
    rows = np.arange(len(following))
    return {
        "tokens": tokenized == document["ids"],
        "greedy": greedy_ids == document["greedy"],
        "divergence": (np.exp(reference) * (reference - gguf)).sum(-1),
        "top": float(np.mean(reference.argmax(-1) == gguf.argmax(-1))),
        "logit": float(np.abs(logits - gguf_logits).max()),
        "reference_nll": -reference[rows, following],
        "gguf_nll": -gguf[rows, following],
    }


def first_difference(found, expected):
    pairs = enumerate(zip(found, expected))
    return next((i for i, (f, e) in pairs if f != e), min(len(found), len(expected)))


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    reference = commands.add_parser("reference")
    reference.add_argument("folder")
    reference.add_argument("out")
    comparison = commands.add_parser("compare")
    comparison.add_argument("model")
    comparison.add_argument("reference")
    comparison.add_argument("--quantized", action="store_true")
    comparison.add_argument("--largest", type=float, default=1e-3, help="mean divergence, nats")
    comparison.add_argument("--threads", type=int, default=None)
    for command in (reference, comparison):
        command.add_argument(
            "--activations",
            choices=["exact", "bfloat16", "float16"],
            default="exact",
            help="round what every matrix is multiplied with, as llama.cpp does for a file of that "
            "type; for a reference that is a folder",
        )
        command.add_argument("--texts", default=os.path.join(HERE, "prompts.jsonl"))
        command.add_argument("--documents", type=int, default=None)
        command.add_argument("--tokens", type=int, default=256)
        command.add_argument("--prompt", type=int, default=16)
        command.add_argument("--greedy", type=int, default=32)
    args = parser.parse_args()
    if args.command == "compare":
        return compare(args)
    save(transformers_reference(args.folder, args), args.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
