"""How good the extractive summaries are: ROUGE on SciTLDR (abstracts) beside two baselines.

    uv run python -m tests.bench.tldr [dev|train]

As perf.md C scores it: F measure without stemming, and for each paper the
reference with the best ROUGE-1 decides.
"""

import gzip
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from statistics import mean

from adapters.summaries.extractive import Extractive
from bot.domain.papers import Paper, PaperId
from tests.shared import SHARED

FOLDER = SHARED / "bench" / "scitldr"

Scores = tuple[float, float, float]
"""ROUGE-1, ROUGE-2, ROUGE-L."""


def tokens(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def f_measure(common: int, made: int, wanted: int) -> float:
    return 2 * common / (made + wanted) if common else 0.0


def rouge_n(made: Sequence[str], wanted: Sequence[str], n: int) -> float:
    a, b = (Counter(zip(*(x[i:] for i in range(n)), strict=False)) for x in (made, wanted))
    return f_measure((a & b).total(), a.total(), b.total())


def rouge_l(made: Sequence[str], wanted: Sequence[str]) -> float:
    row = [0] * (len(wanted) + 1)
    for word in made:
        before = row
        row = [0]
        for n, other in enumerate(wanted):
            row.append(before[n] + 1 if word == other else max(before[n + 1], row[n]))
    return f_measure(row[-1], len(made), len(wanted))


def score(summary: str, references: Iterable[str]) -> Scores:
    made = tokens(summary)
    best = max(references, key=lambda text: rouge_n(made, tokens(text), 1))
    wanted = tokens(best)
    return rouge_n(made, wanted, 1), rouge_n(made, wanted, 2), rouge_l(made, wanted)


def load(split: str) -> list[dict[str, list[str]]]:
    with gzip.open(FOLDER / f"{split}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def extractive(record: dict[str, list[str]]) -> str:
    paper = Paper(
        id=PaperId("bench:1"),
        keys=(),
        title=str(record["title"]),
        abstract=" ".join(record["source"]),
    )
    summary = Extractive().summarize(paper)
    return summary.text if summary else ""


SYSTEMS: dict[str, Callable[[dict[str, list[str]]], str]] = {
    "first sentence": lambda record: record["source"][0],
    "title": lambda record: str(record["title"]),
    "extractive": extractive,
}


def measure(
    system: Callable[[dict[str, list[str]]], str], records: list[dict[str, list[str]]]
) -> Scores:
    scores = [score(system(record), record["target"]) for record in records]
    one, two, long = (100 * mean(column) for column in zip(*scores, strict=True))
    return one, two, long


def main(split: str = "dev") -> None:
    records = load(split)
    print(f"SciTLDR {split}, {len(records)} papers   R-1   R-2   R-L")
    for name, system in SYSTEMS.items():
        print(f"{name:32}" + "".join(f"{x:6.1f}" for x in measure(system, records)))
    start = time.perf_counter()
    for record in records:
        extractive(record)
    print(f"{(time.perf_counter() - start) / len(records) * 1000:.2f} ms an abstract")


if __name__ == "__main__":
    main(*sys.argv[1:])
