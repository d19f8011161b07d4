#!/usr/bin/env python3
"""Compares logits and greedy tokens that Shoal wrote (see logits.sh) with transformers, in float32.

    python logits.py MODEL shoal.safetensors

Exit code 1 where a logit differs by more than 1e-4 or a greedy token is another one.
"""

import sys

import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

folder, file = sys.argv[1:]
shoal = load_file(file)
ids, positions = shoal["ids"].long(), shoal["positions"].long()
prompt, greedy = int(shoal["prompt"][0]), shoal["greedy"].tolist()
model = AutoModelForCausalLM.from_pretrained(
    folder, dtype=torch.float32, attn_implementation="eager"
).eval()
with torch.inference_mode():
    logits = model(ids[None]).logits[0][positions]
    written = model.generate(
        ids[None, :prompt],
        attention_mask=torch.ones(1, prompt, dtype=torch.long),
        max_new_tokens=len(greedy),
        min_new_tokens=len(greedy),
        do_sample=False,
        eos_token_id=-1,
        pad_token_id=0,
    )[0, prompt:].tolist()
worst = float((logits - shoal["logits"]).abs().max())
same = sum(a == b for a, b in zip(written, greedy))
print(
    f"{type(model).__name__:24} {len(ids):5} positions, logits up to {float(logits.abs().max()):6.2f},"
    f" largest difference {worst:.1e}, greedy tokens {same}/{len(greedy)}"
)
sys.exit(0 if worst < 1e-4 and written == greedy else 1)
