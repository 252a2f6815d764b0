"""A sentence model such as MiniLM, as an ONNX file, on the processor."""

import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bot.domain.errors import ModelUnavailable
from bot.domain.meaning import Vector

if TYPE_CHECKING:
    from adapters.embeddings.running import Runner


class SentenceModel:
    """Reads the model when it is first needed."""

    def __init__(self, name: str, *, file: str, cache: Path, threads: int) -> None:
        """`name` on the hub, or a folder with the file and `tokenizer.json`."""
        self.model = f"{name}/{file}"
        self._name = name
        self._file = file
        self._cache = cache
        self._threads = threads
        self._lock = threading.Lock()

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        with self._lock:
            run = self._runner
        # One at a time: a batch has to be padded, and gains nothing on a processor.
        return [run(text) for text in texts]

    @cached_property
    def _runner(self) -> "Runner":
        # A second to import, which only those pay who need it.
        from adapters.embeddings.running import Runner
        from adapters.embeddings.weights import folder_of

        folder = folder_of(self._name, file=self._file, cache=self._cache)
        try:
            return Runner(folder, self._file, threads=self._threads)
        except Exception as error:  # both libraries raise what they like
            raise ModelUnavailable(f"{folder} holds no model that can be read: {error}") from error
