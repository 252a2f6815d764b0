"""The sentence model that the settings name."""

from adapters.embeddings import installed
from adapters.embeddings.sentence_model import SentenceModel
from bot.ports.embedding import Embedder
from config.settings import Settings


def embedder(settings: Settings) -> Embedder | None:
    """None without the extra, or where the settings want none."""
    wanted = settings.semantic
    if not (wanted.model and installed()):
        return None
    cache = settings.data_dir / "models"
    return SentenceModel(wanted.model, file=wanted.onnx, cache=cache, threads=wanted.threads)
