"""How good the summaries are: ROUGE on SciTLDR (abstracts) beside other ways to one sentence.

    uv run python -m tests.bench.tldr [dev|train]

As perf.md C scores it: F measure without stemming, and for each paper the reference with the best
ROUGE-1 decides. The times are of one run, each the best of five rounds: compare them with one
another and with `tokenising alone`, not with another machine's.
"""

import gzip
import json
import math
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from statistics import mean
from typing import TypedDict

from adapters.summaries.extractive import best_sentence
from adapters.summaries.sentences import stand_alone
from tests.shared import SHARED

FOLDER = SHARED / "bench" / "scitldr"
ROUNDS = 5

Scores = tuple[float, float, float]
"""ROUGE-1, ROUGE-2, ROUGE-L."""


class Record(TypedDict):
    source: list[str]
    target: list[str]
    title: str


System = Callable[[Record], str]


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


def rouge(summary: str, references: Iterable[str]) -> Scores:
    made = tokens(summary)
    best = max(references, key=lambda text: rouge_n(made, tokens(text), 1))
    wanted = tokens(best)
    return rouge_n(made, wanted, 1), rouge_n(made, wanted, 2), rouge_l(made, wanted)


def load(split: str) -> list[Record]:
    with gzip.open(FOLDER / f"{split}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def abstract_of(record: Record) -> str:
    return " ".join(" ".join(record["source"]).split())


def extractive(record: Record) -> str:
    make = best_sentence.__wrapped__  # without its cache, which would tell the times of nothing
    return make(abstract_of(record), title=record["title"])


_CUE = re.compile(
    r"\b(?:we|our|this (?:paper|work))\b[^.;]{0,40}?\b(?:propos|introduc|present|develop|show|stud"
    r"|investigat|describ|demonstrat|provid|explor|find|prov|address|analy|design|argu)",
    re.IGNORECASE,
)


def cue_sentence(record: Record) -> str:
    """The first in which the authors claim something, without its connective."""
    return stand_alone(next(filter(_CUE.search, record["source"]), record["source"][0]))


def text_rank(record: Record) -> str:
    """Mihalcea and Tarau (2004): shared words over the logarithms of both lengths."""
    bags = [set(tokens(sentence)) for sentence in record["source"]]

    def likeness(a: set[str], b: set[str]) -> float:
        return len(a & b) / (math.log(len(a)) + math.log(len(b))) if min(len(a), len(b)) > 1 else 0

    return record["source"][most_central([[likeness(a, b) for b in bags] for a in bags])]


def lex_rank(record: Record) -> str:
    """Erkan and Radev (2004), continuous: cosines of tf-idf, idf among the sentences."""
    bags = [Counter(tokens(sentence)) for sentence in record["source"]]
    spread = Counter(word for bag in bags for word in bag)
    rows = [{w: n * math.log(1 + len(bags) / spread[w]) for w, n in bag.items()} for bag in bags]

    def cosine(a: dict[str, float], b: dict[str, float]) -> float:
        size = math.hypot(*a.values()) * math.hypot(*b.values())
        return sum(x * b.get(word, 0.0) for word, x in a.items()) / size if size else 0.0

    return record["source"][most_central([[cosine(a, b) for b in rows] for a in rows])]


def most_central(links: Sequence[Sequence[float]], damping: float = 0.85) -> int:
    """Where a walk along the links, as in PageRank, is most often."""
    count = len(links)
    out = [sum(row) - row[n] for n, row in enumerate(links)]
    ranks = [1.0] * count
    for _ in range(30):
        flow = [rank / total if total else 0.0 for rank, total in zip(ranks, out, strict=True)]
        ranks = [
            1 - damping + damping * sum(f * links[m][n] for m, f in enumerate(flow) if m != n)
            for n in range(count)
        ]
    return ranks.index(max(ranks))


def oracle(record: Record) -> str:
    """The sentence that comes closest to a reference; knows the references."""
    return max(record["source"], key=lambda sentence: rouge(sentence, record["target"]))


SYSTEMS: dict[str, System] = {
    "first sentence": lambda record: record["source"][0],
    "title": lambda record: record["title"],
    "cue sentence": cue_sentence,
    "TextRank": text_rank,
    "LexRank": lex_rank,
    "extractive": extractive,
}


def measure(system: System, records: list[Record]) -> Scores:
    scores = [rouge(system(record), record["target"]) for record in records]
    one, two, longest = (100 * mean(column) for column in zip(*scores, strict=True))
    return one, two, longest


def milliseconds(work: Callable[[Record], object], records: list[Record]) -> float:
    """Of this process for one record: others may keep the machine busy."""
    rounds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for record in records:
            work(record)
        rounds.append(time.process_time() - start)
    return min(rounds) / len(records) * 1_000


def main(split: str = "dev") -> None:
    records = load(split)
    print(f"SciTLDR {split}, {len(records)} papers   R-1   R-2   R-L    ms an abstract")
    for name, system in SYSTEMS.items():
        figures = "".join(f"{x:6.1f}" for x in measure(system, records))
        print(f"{name:32}{figures}{milliseconds(system, records):11.3f}")
    print(f"{'best sentence (oracle)':32}" + "".join(f"{x:6.1f}" for x in measure(oracle, records)))
    alone = milliseconds(lambda record: tokens(abstract_of(record)), records)
    print(f"{'tokenising alone':50}{alone:11.3f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
