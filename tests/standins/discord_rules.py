"""What Discord accepts: its own OpenAPI document where that is here, and what it leaves unsaid.

The document accepts much that Discord refuses (platforms.md C2); the rules here add that.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema_rs

from tests.shared import SHARED

DOCUMENT = SHARED / "specs" / "discord-openapi.json"
V2 = 1 << 15
COMPONENTS_MAX = 40
TEXT_MAX = 4_000
CONTENT_MAX = 2_000
MESSAGE_PATH = re.compile(r"/messages(/@?\w+)?$|^/webhooks/\d+/[^/]+$")
COMMAND_NAME = re.compile(r"[-_'\w]{1,32}")


def problems(method: str, path: str, body: Any) -> list[str]:
    """Why Discord would refuse this body."""
    found = [*_schema_problems(method, path, body)]
    if method in ("POST", "PATCH") and MESSAGE_PATH.search(path):
        found += message_problems(body, edit=method == "PATCH")
    if path.endswith("/callback") and body.get("type") in (4, 7):
        found += message_problems(body["data"])
    if path.endswith("/commands") and method == "PUT":
        found += [p for command in body for p in command_problems(command)]
    return found


def message_problems(body: dict[str, Any], *, edit: bool = False) -> list[str]:
    components = body.get("components") or []
    every = list(walk(components))
    found = [*_text_problems(body, every), *_button_problems(every), *_id_problems(every)]
    if body.get("allowed_mentions") != {"parse": []}:
        found.append("somebody could be mentioned")
    if len(every) > COMPONENTS_MAX:
        found.append(f"{len(every)} components")
    if not (body.get("content") or components or body.get("embeds") or edit):
        found.append("an empty message")
    for key in body.keys() - _MESSAGE_KEYS:
        found.append(f"unknown key {key}")
    return found


def _text_problems(body: dict[str, Any], every: list[dict[str, Any]]) -> Iterator[str]:
    v2 = bool((body.get("flags") or 0) & V2)
    if len(body.get("content") or "") > CONTENT_MAX:
        yield "content over 2,000 characters"
    if v2 and (body.get("content") or body.get("embeds")):
        yield "content beside components"
    if not v2 and any(c["type"] in (9, 10, 11, 12, 13, 14, 17) for c in every):
        yield "components without their flag"
    texts = [c["content"] for c in every if c["type"] == 10]
    if sum(len(t.encode("utf-16-le")) // 2 for t in texts) > TEXT_MAX:
        yield "over 4,000 characters of text"
    if any(not t.strip() for t in texts):
        yield "an empty text"


def _button_problems(every: list[dict[str, Any]]) -> Iterator[str]:
    buttons = [c for c in every if c["type"] == 2]
    ids = [b["custom_id"].strip() for b in buttons if "custom_id" in b]
    if len(set(ids)) < len(ids):
        yield "two buttons of one custom_id"
    for button in buttons:
        if button["style"] == 5 and not button.get("url"):
            yield "a link button without a link"
        if not (button.get("label") or "").strip() and not button.get("emoji"):
            yield "a button without a label"
    if any(len(c["components"]) > 5 for c in every if c["type"] == 1):
        yield "over five buttons in a row"


def _id_problems(every: list[dict[str, Any]]) -> Iterator[str]:
    ids = [c["id"] for c in every if c.get("id")]
    if len(set(ids)) < len(ids):
        yield "two components of one id"
    if any(not 0 < i < 1 << 31 for i in ids):
        yield "an id beyond 31 bits"


def command_problems(command: dict[str, Any]) -> list[str]:
    found = []
    for node in _nodes(command):
        if not COMMAND_NAME.fullmatch(node["name"]) or node["name"] != node["name"].lower():
            found.append(f"the name {node['name']!r}")
        if not 1 <= len(node["description"]) <= 100:
            found.append(f"the description of {node['name']}")
        required = [o.get("required", False) for o in node.get("options") or ()]
        if required != sorted(required, reverse=True):
            found.append(f"an optional option before a required one in {node['name']}")
    return found


def walk(components: Any) -> Iterator[dict[str, Any]]:
    for component in components:
        yield component
        yield from walk(component.get("components", ()))
        if component.get("accessory"):
            yield component["accessory"]


def _nodes(command: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield command
    for option in command.get("options") or ():
        yield from _nodes(option)


_MESSAGE_KEYS = {"components", "flags", "allowed_mentions", "nonce", "enforce_nonce", "content"}


def _schema_problems(method: str, path: str, body: Any) -> Iterator[str]:
    validator = _validator(method, _template(method, path)) if DOCUMENT.is_file() else None
    if validator:
        yield from (f"{e.instance_path}: {e.message[:200]}" for e in validator.iter_errors(body))


@cache
def _document() -> dict[str, Any]:
    return json.loads(DOCUMENT.read_text(encoding="utf-8"))


@cache
def _templates() -> list[tuple[str, re.Pattern[str]]]:
    """The most literal first: `@original` is no message id."""
    paths = sorted(_document()["paths"], key=lambda path: path.count("{"))
    return [(p, re.compile(re.sub(r"\{[^}]+\}", "[^/]+", p))) for p in paths]


def _template(method: str, path: str) -> str:
    for template, pattern in _templates():
        if pattern.fullmatch(path) and method.lower() in _document()["paths"][template]:
            return template
    raise AssertionError(f"Discord has no {method} {path}")


@cache
def _validator(method: str, template: str) -> jsonschema_rs.Draft202012Validator | None:
    operation = _document()["paths"][template][method.lower()]
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" not in content:
        return None
    schema = content["application/json"]["schema"]
    return jsonschema_rs.Draft202012Validator(
        {"allOf": [schema], "components": _document()["components"]}
    )
