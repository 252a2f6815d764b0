"""Settings: where they come from, and what is said of wrong ones."""

from datetime import time

import pytest

from config.settings import SettingsError, load_settings


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_defaults_need_nothing():
    settings = load_settings()
    assert settings.sources.enabled == ("huggingface", "arxiv")
    assert settings.database_url.startswith("sqlite:///")


def test_the_environment_wins_over_the_file(tmp_path, monkeypatch):
    (tmp_path / "paperlark.toml").write_text(
        '[scheduler]\nzone = "Asia/Tokyo"\ndigest_at = "07:30"\n'
        '[sources.arxiv]\ncategories = ["q-bio.NC"]\n'
    )
    monkeypatch.setenv("PAPERLARK_SCHEDULER__ZONE", "Europe/Paris")
    settings = load_settings()
    assert settings.scheduler.zone == "Europe/Paris"
    assert settings.scheduler.digest_at == time(7, 30)
    assert settings.sources.arxiv.categories == ("q-bio.NC",)


def test_lists_are_written_with_commas(monkeypatch):
    monkeypatch.setenv("PAPERLARK_SOURCES__ARXIV__CATEGORIES", "cs.AI, stat.ML,")
    assert load_settings().sources.arxiv.categories == ("cs.AI", "stat.ML")


def test_a_secret_can_come_from_a_file(tmp_path, monkeypatch):
    secret = tmp_path / "url"
    secret.write_text("postgresql://user:secret@host/paperlark\n")
    monkeypatch.setenv("PAPERLARK_DATABASE__URL_FILE", str(secret))
    assert load_settings().database_url == "postgresql://user:secret@host/paperlark"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PAPERLARK_SCHEDULER__ZONE", "Mars/Olympus"),
        ("PAPERLARK_SCHEDULER__TICK_S", "0"),
        ("PAPERLARK_HTTP__PORT", "99999"),
        ("PAPERLARK_SOURCES__ARXIV__MIN_INTERVAL_S", "soon"),
    ],
)
def test_a_wrong_one_is_named(name, value, monkeypatch):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        load_settings()


def test_a_broken_file_is_named(tmp_path):
    (tmp_path / "paperlark.toml").write_text("[scheduler\n")
    with pytest.raises(SettingsError, match="line 1"):
        load_settings()


def test_a_missing_secret_file_is_named(monkeypatch):
    monkeypatch.setenv("PAPERLARK_DATABASE__URL_FILE", "/nowhere/url")
    with pytest.raises(SettingsError, match="/nowhere/url"):
        load_settings()


@pytest.mark.parametrize("name", ["LEASE_S", "SETTLE_S"])
@pytest.mark.parametrize(
    ("request_s", "wait_s", "fits"),
    [("10", "29.9", False), ("10", "30", True), ("5", "15", True), ("0.4", "1.2", True)],
)
def test_a_wait_too_short_for_the_promise_is_refused(name, request_s, wait_s, fits, monkeypatch):
    monkeypatch.setenv("PAPERLARK_DELIVERY__REQUEST_TIMEOUT_S", request_s)
    monkeypatch.setenv(f"PAPERLARK_DELIVERY__{name}", wait_s)
    if fits:
        load_settings()
        return
    with pytest.raises(SettingsError, match=rf"PAPERLARK_DELIVERY__{name}: .*arrive twice"):
        load_settings()


def test_a_longer_request_asks_for_longer_waits(monkeypatch):
    monkeypatch.setenv("PAPERLARK_DELIVERY__REQUEST_TIMEOUT_S", "20")
    with pytest.raises(SettingsError, match=r"DELIVERY__LEASE_S: .*60 or more"):
        load_settings()
