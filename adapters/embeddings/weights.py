"""Where a model's files are: in a folder of yours, or on Hugging Face's hub, fetched once."""

from contextlib import suppress
from pathlib import Path

from huggingface_hub import snapshot_download
from huggingface_hub.errors import (
    HFValidationError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
)

from bot.domain.errors import ModelUnavailable


def folder_of(name: str, *, file: str, cache: Path) -> Path:
    """The folder that is called so, else the hub's files in `cache`.

    Raises:
        ModelUnavailable: if it is not there and cannot be fetched.
    """
    if Path(name).is_dir():
        return Path(name)
    wanted = [file, "tokenizer.json", "1_Pooling/config.json"]
    with suppress(OSError, ValueError):  # not here yet, or no name; below it is said
        found = Path(_fetched(name, wanted, cache, local_files_only=True))
        if (found / file).exists():
            return found
    try:
        return Path(_fetched(name, wanted, cache, local_files_only=False))
    except HFValidationError as error:  # such as /a/path
        raise ModelUnavailable(f"there is no folder {name}") from error
    except Exception as error:  # the library, and the one it asks by, raise what they like
        raise ModelUnavailable(f"{name} could not be fetched: {_in_words(error)}") from error


def _in_words(error: Exception) -> str:
    if isinstance(error, LocalEntryNotFoundError):
        return "Hugging Face gives no usable answer"
    if isinstance(error, RepositoryNotFoundError):
        return "Hugging Face has no open model of that name, and there is no such folder"
    return str(error).partition("\n")[0] or type(error).__name__


def _fetched(name: str, wanted: list[str], cache: Path, *, local_files_only: bool) -> str:
    return snapshot_download(
        name, allow_patterns=wanted, cache_dir=cache, local_files_only=local_files_only
    )
