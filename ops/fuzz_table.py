"""Puts the table of a fuzzing run into a page, from the fuzzer's own logs.

    python3 ops/fuzz_table.py LOGS PAGE
"""

import pathlib
import re
import sys

BEGIN, END = "<!-- made by ops/fuzz.sh -->\n", "<!-- end -->\n"


def row(log: pathlib.Path) -> tuple[str, int, int, int, int]:
    """Target, executions, seconds, edges covered and findings; a run that ended early says so by its seconds."""
    text = log.read_text(errors="replace")
    done = re.findall(r"^Done (\d+) runs in (\d+) second", text, re.M)
    edges = re.findall(r" cov: (\d+) ", text)
    findings = len(re.findall(r"^== (?:Java Exception|libFuzzer crash)|^==\d+== ?ERROR", text, re.M))
    if not done:
        return log.stem, 0, 0, 0, max(findings, 1)
    return log.stem, int(done[-1][0]), int(done[-1][1]), int(edges[-1]) if edges else 0, findings


def line(name: str, runs: int, seconds: int, edges: str, findings: int) -> str:
    rate = f"{runs // max(seconds, 1):,}"
    return f"| {name} | {runs:,} | {rate} | {seconds:,} | {edges} | {findings} |\n"


def table(logs: pathlib.Path) -> str:
    rows = sorted(row(log) for log in logs.glob("*.log"))
    text = "| target | executions | a second | seconds | edges covered | findings |\n|---|---:|---:|---:|---:|---:|\n"
    for name, runs, seconds, edges, findings in rows:
        text += line(name, runs, seconds, str(edges), findings)
    return text + line("all", sum(r[1] for r in rows), sum(r[2] for r in rows), "", sum(r[4] for r in rows))


if __name__ == "__main__":
    page = pathlib.Path(sys.argv[2])
    head, rest = page.read_text().split(BEGIN)
    page.write_text(head + BEGIN + "\n" + table(pathlib.Path(sys.argv[1])) + "\n" + END + rest.split(END)[1])
