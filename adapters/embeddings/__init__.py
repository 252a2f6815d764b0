"""Sentence models, with the extra `paperlark[semantic]`."""

from importlib.util import find_spec

LIBRARIES = ("huggingface_hub", "numpy", "onnxruntime", "tokenizers")


def installed() -> bool:
    return all(find_spec(name) for name in LIBRARIES)
