"""The models that the settings name: of sentences, for search by meaning; of language, for summaries."""

from datetime import timedelta

from adapters.embeddings import installed
from adapters.embeddings.sentence_model import SentenceModel
from adapters.sources.http import Manners, PoliteClient
from adapters.summaries.language_model import NAME, LanguageModel
from bot.ports.embedding import Embedder
from bot.ports.summaries import SummaryWriter
from config.settings import Settings


def embedder(settings: Settings) -> Embedder | None:
    """None without the extra, or where the settings want none."""
    wanted = settings.semantic
    if not (wanted.model and installed()):
        return None
    cache = settings.data_dir / "models"
    return SentenceModel(wanted.model, file=wanted.onnx, cache=cache, threads=wanted.threads)


def no_embedder(settings: Settings) -> str:
    """Why there is none, and how to have one."""
    if not settings.semantic.model:
        return "PAPERLARK_SEMANTIC__MODEL is set to nothing"
    return "`pip install 'paperlark[semantic]'` adds it"


def summary_writer(settings: Settings, client: PoliteClient) -> SummaryWriter | None:
    """None where the settings name none."""
    wanted = settings.summaries
    if not wanted.url:
        return None
    url = f"{wanted.url}/chat/completions"
    headers = {"Content-Type": "application/json"}
    if wanted.api_key:
        headers["Authorization"] = f"Bearer {wanted.api_key.get_secret_value()}"
    lane = client.lane(NAME, Manners(time_limit=timedelta(seconds=wanted.timeout_s)))
    return LanguageModel(lambda body: lane.post(url, body, headers=headers), model=wanted.model)
