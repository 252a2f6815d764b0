"""Discord's own form of the commands, made from the table: one group, typed options."""

from collections.abc import Mapping
from typing import Any

from bot.domain.command_table import COMMANDS, Command, Option
from bot.domain.shortening import cut

Json = dict[str, Any]

GROUP = "papers"
SUMMARY = "New research papers for this channel"
DESCRIPTION_MAX_CHARS = 100  # platforms.md B1

UNREADABLE = (AttributeError, LookupError, TypeError)
"""What it takes to read options of a form that is none of Discord's."""

_CHAT_INPUT, _SUBCOMMAND, _STRING = 1, 1, 3
_IN_SERVERS = 0
_COMPARED = (
    *("type", "name", "description", "required", "autocomplete", "choices", "value"),
    *("options", "integration_types", "contexts"),
)
"""What of a registered command is ours to set; Discord adds ids, versions and nulls."""


def registration() -> list[Json]:
    """What is registered with Discord, for all servers at once."""
    return [
        {
            "type": _CHAT_INPUT,
            "name": GROUP,
            "description": SUMMARY,
            "options": [_subcommand(command) for command in COMMANDS],
            "integration_types": [_IN_SERVERS],
            "contexts": [_IN_SERVERS],
        }
    ]


def registered(commands: Any) -> bool:
    """Whether what Discord has is what we would register."""
    return bool(_compared(commands) == _compared(registration()))


def typed(data: Mapping[str, Any]) -> str | None:
    """What somebody would have typed for the command in an interaction; None if it is not ours."""
    try:
        command, options = _called(data)
        return command.typed({o["name"]: str(o["value"]) for o in options}) if command else None
    except UNREADABLE:
        return None


def unfinished(data: Mapping[str, Any]) -> tuple[str, str] | None:
    """`VERB typed so far`, and the name of the option that is being typed."""
    try:
        command, options = _called(data)
        for option in options:
            if command and option.get("focused"):
                return f"{command.name} {option['value']}", str(option["name"])
    except UNREADABLE:
        pass
    return None


def _called(data: Mapping[str, Any]) -> tuple[Command | None, list[Json]]:
    called: Json = next(iter(data.get("options") or ()), {})
    if data.get("name") != GROUP:
        return None, []
    command = next((c for c in COMMANDS if c.name == called.get("name")), None)
    return command, called.get("options") or []


def _subcommand(command: Command) -> Json:
    # Discord wants the required options first.
    options = sorted(command.options, key=lambda option: not option.required)
    return {
        "type": _SUBCOMMAND,
        "name": command.name,
        "description": cut(command.summary, DESCRIPTION_MAX_CHARS),
        "options": [_option(option) for option in options],
    }


def _option(option: Option) -> Json:
    made: Json = {
        "type": _STRING,
        "name": option.name,
        "description": cut(option.summary, DESCRIPTION_MAX_CHARS),
        "required": option.required,
    }
    if option.choices:
        made["choices"] = [{"name": choice, "value": choice} for choice in option.choices]
    elif option.suggests:
        made["autocomplete"] = True
    return made


def _compared(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _compared(value[k]) for k in _COMPARED if value.get(k)}
    return [_compared(v) for v in value] if isinstance(value, list) else value
