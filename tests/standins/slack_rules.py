"""What Slack refuses in a call and in blocks, as far as `research/platforms.md` names it."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema_rs

from tests.shared import SHARED

Json = dict[str, Any]

SPECS = SHARED / "specs"
BLOCKS_MAX = 50
CHARS_MAX = 13_200  # measured by others, documented nowhere (platforms.md A2)
LIMITS = {
    ("header", "text"): 150,
    ("section", "text"): 3_000,
    ("context", "text"): 3_000,
    ("button", "text"): 75,
    ("button", "value"): 2_000,
    ("button", "action_id"): 255,
    ("image", "image_url"): 3_000,
    ("image", "alt_text"): 2_000,
}
COUNTS = {"context": 10, "actions": 25}
SCOPES = {
    "chat.postMessage": "chat:write",
    "chat.postEphemeral": "chat:write",
    "conversations.join": "channels:join",
    "conversations.history": "{kind}:history",
    "conversations.replies": "{kind}:history",
    "conversations.info": "{kind}:read",
}
"""By method; `{kind}` is that of the channel."""


@cache
def methods() -> Json:
    path = SPECS / "slack-web-api-methods.json"
    return json.loads(path.read_text()) if path.is_file() else {}


@cache
def _block_schema() -> jsonschema_rs.Validator | None:
    path = SPECS / "slack-blockkit.schema.json"
    if not path.is_file():
        return None
    schema = json.loads(path.read_text())
    return jsonschema_rs.validator_for(schema | {"$ref": "#/definitions/KnownBlock"})


def wrong_arguments(method: str, given: Json) -> str | None:
    """Which argument Slack does not know, or misses."""
    known = methods().get(method)
    if known is None:
        return None
    properties, required = known["args"]["properties"], known["args"].get("required", [])
    # Every method takes a team, though only those of organisations list it (platforms.md A7).
    if unknown := sorted(given.keys() - properties.keys() - {"team_id"}):
        return f"{method}: unknown arguments {unknown}"
    if missing := sorted(set(required) - given.keys() - {"token"}):
        return f"{method}: missing arguments {missing}"
    return None


def wrong_blocks(blocks: object) -> tuple[str, str] | None:
    """Slack's code, and what is wrong with the blocks."""
    if not isinstance(blocks, list):
        return "invalid_blocks_format", "no list"
    for problem in _problems(blocks):
        return "invalid_blocks", problem
    if (chars := sum(len(text) for text in texts(blocks))) > CHARS_MAX:
        return "msg_blocks_too_long", f"{chars} characters"
    return None


def _problems(blocks: list[Json]) -> Iterator[str]:
    if len(blocks) > BLOCKS_MAX:
        yield f"{len(blocks)} blocks"
    named = [block["block_id"] for block in blocks if "block_id" in block]
    if len(named) != len(set(named)):
        yield "two blocks of one block_id"
    schema = _block_schema()
    for block in blocks:
        if schema is not None and not schema.is_valid(block):
            yield f"not of Slack's schema: {json.dumps(block)[:500]}"
        yield from _block_problems(block)


def _block_problems(block: Json) -> Iterator[str]:
    elements = block.get("elements", ())
    kind = block.get("type", "")
    if len(elements) > COUNTS.get(kind, len(elements)):
        yield f"{len(elements)} elements in {kind}"
    if kind in ("actions", "context", "rich_text") and not elements:
        yield f"{kind} without elements"
    ids = [element["action_id"] for element in elements if "action_id" in element]
    if len(ids) != len(set(ids)):
        yield f"two of one action_id in {kind}"
    for part, inner in _walk(block, kind):
        for key, value in inner.items():
            if key in ("text", "alt_text", "url", "image_url") and value == "":
                yield f"empty {key} in {part}"
            limit = LIMITS.get((part, key))
            if limit and isinstance(value, str) and len(value) > limit:
                yield f"{key} of {len(value)} in {part}"


def _walk(value: object, part: str) -> Iterator[tuple[str, Json]]:
    """Every object, with the kind of the element or block whose text it holds."""
    if isinstance(value, dict):
        kind = value.get("type", part)
        part = part if kind in ("plain_text", "mrkdwn") else kind
        yield part, value
        for inner in value.values():
            yield from _walk(inner, part)
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner, part)


def texts(value: object) -> Iterator[str]:
    """Every text in blocks."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "text" and isinstance(inner, str):
                yield inner
            else:
                yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
