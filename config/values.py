"""What a setting may hold, where that is more than a number or a text."""

import re
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

_CATEGORY = re.compile(r"[A-Za-z-]{2,20}(\.([A-Za-z-]{2,20}|\*))?")


def _split(value: object) -> object:
    """`a, b` or `a b` from the environment; a list from TOML is taken as it is."""
    return [x for x in re.split(r"[,\s]+", value) if x] if isinstance(value, str) else value


def _known_zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError(f"there is no time zone {value!r}; an example is Europe/Paris")
    return value


def _categories(names: tuple[str, ...]) -> tuple[str, ...]:
    """Only arXiv knows which there are, so what looks like one is taken."""
    if wrong := [name for name in names if not _CATEGORY.fullmatch(name)]:
        raise ValueError(
            f"no category of arXiv looks like {wrong[0]!r}; examples are cs.CL, math.*"
        )
    return names


def _none_if_empty(value: object) -> object:
    return None if value == "" else value


def _address(value: str) -> str:
    """Without its last slash. The refusal does not repeat it: it may hold a password."""
    try:
        parts = urlsplit(value.strip())
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
        raise ValueError("must be an address such as https://example.org")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must not hold a user name or password, for it is stored and shown")
    return value.strip().rstrip("/")


def _secret(value: SecretStr) -> SecretStr:
    """Without the line end that a file or a copy adds: a header that held it would be refused."""
    text = value.get_secret_value().strip()
    if not (text.isascii() and text.isprintable()):
        raise ValueError("must be one line of plain letters, digits and signs; copy it once more")
    return SecretStr(text)


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
Categories = Annotated[Names, AfterValidator(_categories)]
Zone = Annotated[str, AfterValidator(_known_zone)]
Address = Annotated[str, AfterValidator(_address)]
AddressOrNone = Annotated[Address | None, BeforeValidator(_none_if_empty)]
Secret = Annotated[SecretStr, AfterValidator(_secret)]
Seconds = Annotated[float, Field(gt=0, le=31_536_000, allow_inf_nan=False)]
Port = Annotated[int, Field(ge=0, le=65_535)]
