"""How fast papers become vectors: `uv run python -m tests.bench.embedding`.

Titles and abstracts of the corpus, by the model of `tests.minilm` as it is (32 bits) and in
bytes, on one thread: alone and in batches, cut at 128, 256 and 512 tokens, and padded to 512 as
the tokenizers of many models do unasked. Texts per second of CPU, and the memory that the
process came to; then ours, as it is built in.
"""

import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from onnxruntime import InferenceSession, SessionOptions
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer

from adapters.embeddings.running import Runner
from bot.services.embedding import told
from tests.bench.archive import real_papers
from tests.minilm import make_model
from tests.shared import SHARED

TEXTS = 96
WAYS = ((1, 128, False), (1, 256, False), (16, 256, False), (1, 512, True), (16, 512, True))
"""Texts at once, tokens at most, and whether all are padded to so many."""


def speed(texts: Sequence[str], embed: Callable[[Sequence[str]], object], at_once: int) -> float:
    embed(texts[:at_once])
    start = time.process_time()
    for first in range(0, len(texts), at_once):
        embed(texts[first : first + at_once])
    return len(texts) / (time.process_time() - start)


def way(folder: Path, file: str, tokens: int, *, padded: bool) -> Callable[[Sequence[str]], object]:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(tokens)
    tokenizer.enable_padding(length=tokens if padded else None)
    options = SessionOptions()
    options.intra_op_num_threads = 1
    session = InferenceSession(folder / file, options)

    def embed(texts: Sequence[str]) -> object:
        read = tokenizer.encode_batch(list(texts))
        ids = np.array([one.ids for one in read])
        mask = np.array([one.attention_mask for one in read])
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        return session.run(None, given)

    return embed


def main() -> None:
    if not SHARED.is_dir():
        print("The data in ../shared is not beside this clone: nothing measured.")
        return
    texts = [told(paper) for paper in random.Random(3).sample(real_papers(), TEXTS)]
    with tempfile.TemporaryDirectory() as name:
        folder = make_model(Path(name))
        quantize_dynamic(
            folder / "model.onnx", folder / "bytes.onnx",
            weight_type=QuantType.QInt8, per_channel=True,
        )  # fmt: skip
        for file in ("bytes.onnx", "model.onnx"):
            for at_once, tokens, padded in WAYS:
                found = speed(texts, way(folder, file, tokens, padded=padded), at_once)
                how = "padded to" if padded else "cut at"
                print(f"{file:11} {at_once:2} at once, {how:9} {tokens}: {found:5.1f}/s{memory()}")
            run = Runner(folder, file, threads=1)
            print(f"{file:11} ours: {speed(texts, lambda some, r=run: [*map(r, some)], 1):5.1f}/s")
            sys.stdout.flush()


def memory() -> str:
    return f", {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB"


if __name__ == "__main__":
    main()
