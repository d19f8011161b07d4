"""Puts the table of a fuzzing run into a page, from the fuzzer's own logs.

    python3 ops/fuzz_table.py LOGS PAGE
"""

import pathlib
import re
import sys

BEGIN, END = "<!-- made by ops/fuzz.sh -->\n", "<!-- end -->\n"


def run(log: pathlib.Path) -> tuple[int, int, int, int]:
    """Executions, seconds, edges covered and findings; a run that ended early has its last count and no time."""
    text = log.read_text(errors="replace")
    done = re.findall(r"^Done (\d+) runs in (\d+) second", text, re.M)
    begun = re.findall(r"^#(\d+)\t", text, re.M)
    edges = re.findall(r" cov: (\d+) ", text)
    findings = len(re.findall(r"^== (?:Java Exception|libFuzzer crash)|^==\d+== ?ERROR", text, re.M))
    runs, seconds = done[-1] if done else (begun[-1] if begun else 0, 0)
    return int(runs), int(seconds), int(edges[-1]) if edges else 0, findings


def rows(logs: pathlib.Path) -> list[tuple[str, int, int, int, int]]:
    """Each target, its runs summed up; edges are those of the run that reached most."""
    targets: dict[str, list[tuple[int, int, int, int]]] = {}
    for log in sorted(logs.glob("*.log")):
        targets.setdefault(".".join(log.name.split(".")[:2]), []).append(run(log))
    return [
        (name, sum(r[0] for r in of), sum(r[1] for r in of), max(r[2] for r in of), sum(r[3] for r in of))
        for name, of in sorted(targets.items())
    ]


def line(name: str, runs: int, seconds: int, edges: str, findings: int) -> str:
    rate = f"{runs // max(seconds, 1):,}"
    return f"| {name} | {runs:,} | {rate} | {seconds:,} | {edges} | {findings} |\n"


def table(logs: pathlib.Path) -> str:
    all_rows = rows(logs)
    text = "| target | executions | a second | seconds | edges covered | findings |\n|---|---:|---:|---:|---:|---:|\n"
    for name, runs, seconds, edges, findings in all_rows:
        text += line(name, runs, seconds, str(edges), findings)
    return text + line("all", *(sum(r[i] for r in all_rows) for i in (1, 2)), "", sum(r[4] for r in all_rows))


if __name__ == "__main__":
    page = pathlib.Path(sys.argv[2])
    head, rest = page.read_text().split(BEGIN)
    page.write_text(head + BEGIN + "\n" + table(pathlib.Path(sys.argv[1])) + "\n" + END + rest.split(END)[1])
