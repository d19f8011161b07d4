"""One round of lm-evaluation-harness for eval_speed.sh: items and seconds, model loading left out.

python eval_speed.py MODEL TASK.jsonl THREADS BATCH_SIZE
"""

import logging
import sys
import tempfile
import time
from argparse import Namespace
from pathlib import Path

from lm_eval_tasks import make_task, task_name

import torch
from lm_eval import evaluator
from lm_eval.models.huggingface import HFLM

logging.getLogger("lm_eval").setLevel(logging.ERROR)
model, path, threads, batch = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
torch.set_num_threads(threads)
lm = HFLM(pretrained=model, dtype="float32", device="cpu", batch_size=int(batch))
options = Namespace(num_fewshot=0, fewshot=None, limit=None, sampler="default", description="")
with tempfile.TemporaryDirectory() as temporary:
    task, _, rows = make_task(Path(temporary), path, options)
    wall, cpu = time.perf_counter(), time.process_time()
    evaluator.evaluate(lm, {task_name(path): task}, bootstrap_iters=0)
    print(rows, time.perf_counter() - wall, time.process_time() - cpu)
