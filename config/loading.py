"""The settings of this process, and what is wrong with them, in words."""

import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import SettingsError as UndecodedError

from config.settings import PREFIX, TOML_FILE, Settings

FROM_FILE = "_FILE"
NEAR = 0.7
"""How alike two names are, from 0 to 1, of which one may be meant by the other."""

Levels = tuple[str, ...]
"""A setting's name, such as `("http", "port")`."""

_WHOLE = "must be a whole number, not {input!r}"
_NUMBER = "must be a number, not {input!r}"
_TRUTH = "must be true or false, not {input!r}"
_TIME = "must be a time such as 09:00, not {input!r}"
# A secret is text, and of text no kind of error repeats it.
_REASONS = {
    "int_parsing": _WHOLE,
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "float_parsing": _NUMBER,
    "float_type": _NUMBER,
    "finite_number": _NUMBER,
    "bool_parsing": _TRUTH,
    "bool_type": _TRUTH,
    "time_parsing": _TIME,
    "time_type": _TIME,
    "literal_error": "must be {expected}, not {input!r}",
    "greater_than": "must be more than {gt:.12g}, not {input!r}",
    "greater_than_equal": "must be {ge:.12g} or more, not {input!r}",
    "less_than_equal": "must be {le:.12g} or less, not {input!r}",
    "string_type": "must be text",
    "path_type": "must be a folder",
    "tuple_type": "must be a list",
    "model_type": "stands for several settings; set each by its own name",
}


class SettingsError(ValueError):
    """Settings that cannot be used; says which, why, and where each is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownName:
    """What looks like a setting and is none: misspelt, most likely."""

    name: str
    meant: str | None
    """The nearest name that is known."""


def load_settings() -> Settings:
    """The settings of this process.

    Raises:
        SettingsError: in words for the person who set them.
    """
    try:
        return Settings(**_from_files(os.environ))
    except ValidationError as error:
        wrong = [f"{_variable(_levels(e))}: {_reason(e)}" for e in error.errors()]
        found_in = f"Set it in the environment, or in {TOML_FILE} without the prefix {PREFIX}."
        raise SettingsError("\n".join([*wrong, found_in])) from None
    except UndecodedError as error:  # of a name that stands for several, as in PAPERLARK_HTTP=8765
        names = ", ".join(unknown.name for unknown in unknown_names(os.environ))
        raise SettingsError(f"No setting is called {names}.") from error
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{TOML_FILE.absolute()}: {_words(error)}") from error


def unknown_names(environment: Mapping[str, str]) -> list[UnknownName]:
    """Those in the environment and in the file."""
    variables = {name: _read(name) for name in environment if name.startswith(PREFIX)}
    keys = {f"{_key(levels)} in {TOML_FILE}": levels for levels in _in_toml()}
    return [*_unknown(variables, _variable), *_unknown(keys, _key)]


def _unknown(
    found: Mapping[str, Levels], written: Callable[[Levels], str]
) -> Iterator[UnknownName]:
    known = {_key(levels): levels for levels in _settings(Settings)}
    for name, levels in sorted(found.items()):
        if (key := _key(levels)) not in known:
            near = get_close_matches(key, known, n=1, cutoff=NEAR)
            yield UnknownName(name=name, meant=written(known[near[0]]) if near else None)


def _settings(model: type[BaseModel], above: Levels = ()) -> Iterator[Levels]:
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _settings(kind, (*above, name))
        else:
            yield (*above, name)


def _in_toml() -> list[Levels]:
    """What the file sets; nothing where it cannot be read, which `load_settings` says."""
    with suppress(OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        return list(_leaves(tomllib.loads(TOML_FILE.read_text(encoding="utf-8"))))
    return []


def _leaves(table: Mapping[str, Any], above: Levels = ()) -> Iterator[Levels]:
    for name, value in table.items():
        # Of the outermost names the library takes upper case too.
        levels = (*above, name if above else name.lower())
        if isinstance(value, dict):
            yield from _leaves(value, levels)
        else:
            yield levels


def _from_files(environment: Mapping[str, str]) -> dict[str, Any]:
    """`PAPERLARK_DATABASE__URL_FILE=/run/secrets/url`: the file's text is the value."""
    values: dict[str, Any] = {}
    for name, path in environment.items():
        if name.startswith(PREFIX) and name.endswith(FROM_FILE) and path:
            *levels, last = _read(name)
            node = values
            for level in levels:
                node = node.setdefault(level, {})
            node[last] = _text(name, Path(path))
    return values


def _text(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{name}: {path} cannot be read: {_words(error)}") from error


def _words(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8 text"
    return (isinstance(error, OSError) and error.strerror) or str(error)


def _reason(error: ErrorDetails) -> str:
    if known := _REASONS.get(error["type"]):
        return known.format(input=error["input"], **error.get("ctx", {}))
    return error["msg"].removeprefix("Value error, ")


def _levels(error: ErrorDetails) -> Levels:
    """Without the numbers of lines in a list."""
    return tuple(level for level in error["loc"] if isinstance(level, str))


def _read(variable: str) -> Levels:
    return tuple(variable[len(PREFIX) :].removesuffix(FROM_FILE).lower().split("__"))


def _variable(levels: Levels) -> str:
    return PREFIX + "__".join(levels).upper()


def _key(levels: Levels) -> str:
    return ".".join(levels)
