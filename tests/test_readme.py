"""The README says what is so."""

import re
from pathlib import Path

import pytest

from bot.cli import _parser
from bot.domain.command_table import COMMANDS
from bot.domain.parsing import parse_search, parse_subscription
from bot.domain.schedule_text import parse_schedule
from bot.domain.schedules import Schedule
from config.settings import Settings

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_its_table_of_commands_is_the_programs():
    rows = [
        f"| `{c.usage.replace('|', chr(92) + '|')}` | {c.summary} | `/papers {c.example}` |"
        for c in COMMANDS
    ]
    assert "\n".join(rows) in section("Commands")


@pytest.mark.parametrize("query", re.findall(r"^\| `([^`]+)`", section("Queries"), re.MULTILINE))
def test_its_queries_can_be_subscribed_to(query):
    parse_subscription(query.replace("\\|", "|"))


@pytest.mark.parametrize("query", ["after:2026-10-01", "before:2026-11-01", "last:7d"])
def test_its_dates_can_be_searched(query):
    assert f"`{query}`" in section("Queries")
    parse_search(query)


@pytest.mark.parametrize("text", re.findall(r"`schedule ([^`\[]+)`", section("Commands")))
def test_its_schedules_are_understood(text):
    parse_schedule(text, base=Schedule())


@pytest.mark.parametrize("name", re.findall(r"`PAPERLARK_(\w+)`", section("Settings")))
def test_its_settings_exist(name):
    value = Settings()
    for level in name.lower().split("__"):
        value = getattr(value, level)


@pytest.mark.parametrize(
    "verb", re.findall(r"^\| `paperlark (\w+)", section("Run it"), re.MULTILINE)
)
def test_its_command_lines_exist(verb, capsys):
    with pytest.raises(SystemExit) as stop:
        _parser().parse_args([verb, "--help"])
    assert stop.value.code == 0


@pytest.mark.parametrize("path", re.findall(r"\]\(((?:bot|config|adapters)/[^)]+)\)", README))
def test_its_links_into_the_repository_lead_somewhere(path):
    assert (Path(__file__).parents[1] / path).exists()
