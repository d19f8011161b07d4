"""Writes the fixture exact-match.json: what lm-evaluation-harness finds in texts, and what it counts
as right. Run from the module's folder, with lm_eval 0.4.13:

    python src/test/python/make_exact_match.py \
        src/test/resources/dev/shoal/models/generation/exact-match.json
"""

import json
import sys

from lm_eval.api.metrics import exact_match_hf_evaluate
from lm_eval.filters.extraction import RegexFilter

FILTERS = {
    "strict-match": RegexFilter(r"#### (\-?[0-9\.\,]+)"),
    "flexible-extract": RegexFilter(r"(-?[$0-9.,]{2,})|(-?[0-9]+)", group_select=-1),
}
GSM8K = {
    "ignore_case": True,
    "ignore_punctuation": False,
    "regexes_to_ignore": [",", r"\$", "(?s).*#### ", r"\.$"],
}
TEXTS = [
    "",
    "no number at all",
    "He has 5 + 4 = 9 apples.\n#### 9",
    "#### -1,234.50",
    "#### 12 and then #### 13",
    "It costs $1,000. That is all.",
    "The answer is 7.",
    "a.b, c 3 d .",
    "####5",
    "-3 or -4-5",
    "x\r\n#### 8\r\n",
    "Grüße 4 €",
    "5, 6, 7, ...",
]
PAIRS = [
    ("9", "9"),
    ("1,234.50", "1234.50"),
    ("$18.", "18"),
    ("18.0", "18"),
    ("18.\n", "18"),
    ("[invalid]", "18"),
    ("YES", "yes"),
    ("a-b!", "ab"),
    ("12", "first 5\nthen 7\n#### 12"),
    ("ÄÖ", "äö"),
    (" 9", "9"),
    ("..", ""),
]


def right(pair, **options):
    return bool(exact_match_hf_evaluate([pair[0]], [pair[1]], **options)["exact_match"])


fixture = {
    "texts": [
        {"text": text} | {name: f.apply([[text]], [{}])[0][0] for name, f in FILTERS.items()}
        for text in TEXTS
    ],
    "pairs": [
        {
            "answer": pair[0],
            "target": pair[1],
            "strict": right(pair),
            "gsm8k": right(pair, **GSM8K),
            "ignore_punctuation": right(pair, ignore_punctuation=True),
        }
        for pair in PAIRS
    ],
}
with open(sys.argv[1], "w", encoding="utf-8") as file:
    json.dump(fixture, file, indent=1, ensure_ascii=False)
    file.write("\n")
