"""Settings: where they come from, and what is said of wrong ones."""

from datetime import time

import pytest

from config.loading import SettingsError, UnknownName, load_settings, unknown_names


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


@pytest.mark.parametrize("written", ["cs.AI, stat.ML,", "cs.AI stat.ML", " cs.AI\n,stat.ML "])
def test_lists_are_written_with_commas_or_blanks(written, monkeypatch):
    monkeypatch.setenv("PAPERLARK_SOURCES__ARXIV__CATEGORIES", written)
    assert load_settings().sources.arxiv.categories == ("cs.AI", "stat.ML")


@pytest.mark.parametrize("wrong", ["bar!", "2401.00001", "cs.", "c"])
def test_what_can_be_no_category_is_refused(wrong, monkeypatch):
    monkeypatch.setenv("PAPERLARK_SOURCES__ARXIV__CATEGORIES", f"cs.AI {wrong}")
    with pytest.raises(SettingsError, match=rf"ARXIV__CATEGORIES: .*'{wrong}'.*cs\.CL"):
        load_settings()


@pytest.mark.parametrize("named", ["math.*", "quant-ph", "cond-mat.mes-hall", "xx.YY"])
def test_what_looks_like_a_category_is_taken(named, tmp_path):
    (tmp_path / "paperlark.toml").write_text(f'[sources.arxiv]\ncategories = ["{named}"]\n')
    assert load_settings().sources.arxiv.categories == (named,)


ADDRESSES = (
    "PAPERLARK_SOURCES__HUGGINGFACE__URL",
    "PAPERLARK_SOURCES__ARXIV__RSS_URL",
    "PAPERLARK_SOURCES__ARXIV__API_URL",
    "PAPERLARK_SUMMARIES__URL",
    "PAPERLARK_SLACK__PUBLIC_URL",
)


@pytest.mark.parametrize("name", ADDRESSES)
@pytest.mark.parametrize(
    "url",
    ["localhost:9002/v1", "papers.example.org", "ftp://a.org", "https://", "https://[::1",
     "https://a.org?x=1", "https://me:secret@a.org", "https://me@a.org"],
)  # fmt: skip
def test_what_is_no_address_is_refused_by_its_name_without_showing_it(name, url, monkeypatch):
    monkeypatch.setenv(name, url)
    monkeypatch.setenv("PAPERLARK_SUMMARIES__MODEL", "m")
    with pytest.raises(SettingsError, match=rf"^{name}: must ") as caught:
        load_settings()
    assert "secret" not in str(caught.value)


def test_an_address_loses_its_last_slash_and_an_empty_one_is_none(monkeypatch):
    monkeypatch.setenv("PAPERLARK_SOURCES__HUGGINGFACE__URL", " http://127.0.0.1:8080/ ")
    monkeypatch.setenv("PAPERLARK_SUMMARIES__URL", "")
    settings = load_settings()
    assert settings.sources.huggingface.url == "http://127.0.0.1:8080"
    assert settings.summaries.url is None


def test_a_secret_can_come_from_a_file(tmp_path, monkeypatch):
    secret = tmp_path / "url"
    secret.write_text("postgresql://user:secret@host/paperlark\n")
    monkeypatch.setenv("PAPERLARK_DATABASE__URL_FILE", str(secret))
    assert load_settings().database_url == "postgresql://user:secret@host/paperlark"


SECRETS = (
    "SUMMARIES__API_KEY",
    "DISCORD__TOKEN",
    "SLACK__BOT_TOKEN",
    "SLACK__APP_TOKEN",
    "SLACK__SIGNING_SECRET",
    "SLACK__CLIENT_SECRET",
    "SLACK__TOKEN_KEY",
)


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_loses_the_blanks_around_it(name, monkeypatch):
    monkeypatch.setenv(f"PAPERLARK_{name}", " 54321-key\r\n\u00a0")
    group, _, field = name.lower().partition("__")
    secret = getattr(getattr(load_settings(), group), field)
    assert secret.get_secret_value() == "54321-key"
    assert "54321" not in repr(secret)


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("odd", ["\n", "\x1b", "\u043a", "\u200b", "\u00a0"])
def test_a_secret_that_no_header_can_hold_is_refused_without_showing_it(name, odd, monkeypatch):
    monkeypatch.setenv(f"PAPERLARK_{name}", f"54321{odd}key")
    with pytest.raises(SettingsError, match=rf"^PAPERLARK_{name}: must be one line") as caught:
        load_settings()
    assert "54321" not in str(caught.value)


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


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("HTTP__PORT", "soon", "must be a whole number, not 'soon'"),
        ("HTTP__PORT", "", "must be a whole number, not ''"),
        ("HTTP__PORT", "80000", "must be 65535 or less, not '80000'"),
        ("SUMMARIES__PER_DAY", "1.5", "must be a whole number, not '1.5'"),
        ("SUMMARIES__PER_DAY", "-1", "must be 0 or more, not '-1'"),
        ("SCHEDULER__TICK_S", "0", "must be more than 0, not '0'"),
        ("SCHEDULER__TICK_S", "99999999", "must be 31536000 or less, not '99999999'"),
        ("SCHEDULER__TICK_S", "soon", "must be a number, not 'soon'"),
        ("SCHEDULER__TICK_S", "nan", "must be a number, not 'nan'"),
        ("SCHEDULER__DIGEST_AT", "noon", "must be a time such as 09:00, not 'noon'"),
        ("SCHEDULER__ZONE", "Mars", "there is no time zone 'Mars'; an example is Europe/Paris"),
        ("HTTP__PAGE_ANYWHERE", "maybe", "must be true or false, not 'maybe'"),
        ("DELIVERY__ON_UNKNOWN", "drop", "must be 'hold' or 'resend', not 'drop'"),
    ],
)
def test_what_is_wrong_is_said_in_few_words(name, value, why, monkeypatch):
    monkeypatch.setenv(f"PAPERLARK_{name}", value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    first, found_in = str(caught.value).splitlines()
    assert first == f"PAPERLARK_{name}: {why}"
    assert found_in.startswith("Set it in the environment")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[http]\nport = 1.5", "PAPERLARK_HTTP__PORT: must be a whole number, not 1.5"),
        ("[sources]\nenabled = 3", "PAPERLARK_SOURCES__ENABLED: must be a list"),
        ("[sources]\nenabled = [3]", "PAPERLARK_SOURCES__ENABLED: must be text"),
        ("data_dir = 3", "PAPERLARK_DATA_DIR: must be a folder"),
    ],
)
def test_what_is_of_another_kind_in_the_file_is_said_too(text, why, tmp_path):
    (tmp_path / "paperlark.toml").write_text(text)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(caught.value).startswith(f"{why}\n")


@pytest.mark.parametrize("text", ["[discord]\ntoken = 54321", "slack = 54321"])
def test_no_value_is_shown_where_a_secret_belongs(text, tmp_path):
    (tmp_path / "paperlark.toml").write_text(text)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "54321" not in str(caught.value)


@pytest.mark.parametrize("value", ["54321", "xoxb-54321"])
def test_a_value_for_a_whole_group_is_refused_without_showing_it(value, monkeypatch):
    monkeypatch.setenv("PAPERLARK_SLACK", value)
    with pytest.raises(SettingsError, match="PAPERLARK_SLACK") as caught:
        load_settings()
    assert "54321" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"[http]\n[scheduler\n", "line 2"), (b"# \xff", "not UTF-8")],
)
def test_a_broken_file_is_named_and_nothing_else_is_asked_for(content, why, tmp_path):
    path = tmp_path / "paperlark.toml"
    path.write_bytes(content)
    assert unknown_names({}) == []
    with pytest.raises(SettingsError, match=why) as caught:
        load_settings()
    [line] = str(caught.value).splitlines()
    assert line.startswith(f"{path}: ")


def test_a_missing_secret_file_is_named_with_its_setting(monkeypatch):
    monkeypatch.setenv("PAPERLARK_DISCORD__TOKEN_FILE", "/nowhere/token")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    [line] = str(caught.value).splitlines()
    assert line == (
        "PAPERLARK_DISCORD__TOKEN_FILE: /nowhere/token cannot be read: No such file or directory"
    )


def test_misspelt_variables_are_told_with_what_may_be_meant():
    environment = {
        "PAPERLARK_DATADIR": "/x",
        "PAPERLARK_DATA_DIR": "/x",
        "PAPERLARK_HTTP_PORT": "1",
        "PAPERLARK_SLACK__BOT_TOKN_FILE": "/x",
        "PAPERLARK_QUX": "1",
        "PATH": "/bin",
    }
    assert unknown_names(environment) == [
        UnknownName(name="PAPERLARK_DATADIR", meant="PAPERLARK_DATA_DIR"),
        UnknownName(name="PAPERLARK_HTTP_PORT", meant="PAPERLARK_HTTP__PORT"),
        UnknownName(name="PAPERLARK_QUX", meant=None),
        UnknownName(name="PAPERLARK_SLACK__BOT_TOKN_FILE", meant="PAPERLARK_SLACK__BOT_TOKEN"),
    ]


def test_misspelt_keys_of_the_file_are_told_too(tmp_path):
    (tmp_path / "paperlark.toml").write_text(
        'data_dir = "x"\n[http]\nprot = 8770\nport = 1\n[slak]\nx = 1\n'
        '[Sources.arxiv]\ncategory = ["cs.AI"]\nmin_interval_s = 3\n'
    )
    assert unknown_names({}) == [
        UnknownName(name="http.prot in paperlark.toml", meant="http.port"),
        UnknownName(name="slak.x in paperlark.toml", meant=None),
        UnknownName(
            name="sources.arxiv.category in paperlark.toml", meant="sources.arxiv.categories"
        ),
    ]


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
