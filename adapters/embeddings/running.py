"""From a text to a vector, by the model's files."""

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
from onnxruntime import InferenceSession, SessionOptions
from tokenizers import Tokenizer

from bot.domain.meaning import Vector

TOKENS_MAX = 128
"""Title and the first half of a usual abstract; the rest takes as long again and adds little."""


class Runner:
    def __init__(self, folder: Path, file: str, *, threads: int) -> None:
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(TOKENS_MAX)
        self._tokenizer.no_padding()
        options = SessionOptions()
        options.intra_op_num_threads = threads
        self._session = InferenceSession(folder / file, options, providers=["CPUExecutionProvider"])
        self._inputs = [given.name for given in self._session.get_inputs()]
        self._of_first = _takes_first(folder / "1_Pooling" / "config.json")

    def __call__(self, text: str) -> Vector:
        ids = np.array([self._tokenizer.encode(text).ids], np.int64)
        given = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        # Some models tell first from second texts; there is no second one here.
        rest = {name: np.zeros_like(ids) for name in self._inputs if name not in given}
        tokens: npt.NDArray[np.float32] = self._session.run(None, given | rest)[0][0]
        return _vector(tokens[0] if self._of_first else tokens.mean(axis=0))


def _takes_first(pooling: Path) -> bool:
    """Whether the vector of the first token speaks for the text, not the mean of all."""
    return pooling.exists() and bool(
        json.loads(pooling.read_text(encoding="utf-8")).get("pooling_mode_cls_token")
    )


def _vector(values: npt.NDArray[np.float32]) -> Vector:
    scale = 127 / max(float(np.abs(values).max()), 1e-9)
    return Vector(np.rint(values * scale).astype(np.int8).tobytes())
