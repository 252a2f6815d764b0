"""`paperlark check`: every line is true, and its mend is one that mends it."""

import pytest

from bot.app import LOCAL, build
from bot.cli import main
from bot.domain.channels import ChannelRef
from bot.domain.parsing import parse_subscription
from bot.services.subscribing import add, ensure_channel
from bot.verbs.checking import check_sources
from config.settings import Settings
from tests.adapters.sources.fakes import DATA, FakeClock, Web, client, reply
from tests.world import ANNA, DAILY

RSS = (DATA / "arxiv" / "announcement.xml").read_bytes()


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PAPERLARK_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("PAPERLARK_SOURCES__ENABLED", "")


def checked(capsys) -> str:
    assert main(["check"]) == 1
    return capsys.readouterr().out


def test_a_misspelt_variable_is_told_with_what_may_be_meant(monkeypatch, capsys):
    monkeypatch.setenv("PAPERLARK_DATADIR", "/x")
    said = checked(capsys)
    assert "PAPERLARK_DATADIR: no such setting\n  Did you mean PAPERLARK_DATA_DIR?" in said


def test_a_misspelt_key_of_the_file_is_told_too(tmp_path, capsys):
    (tmp_path / "paperlark.toml").write_text("[http]\nprot = 8770\n[slak]\nx = 1\n")
    said = checked(capsys)
    assert "http.prot in paperlark.toml: no such setting\n  Did you mean http.port?" in said
    assert "slak.x in paperlark.toml: no such setting\n  Correct its name, or remove it." in said


@pytest.mark.parametrize(
    "url", ["mysql://me@localhost/papers", "postgresql://me@127.0.0.1:9/papers?connect_timeout=1"]
)
def test_a_restore_is_no_mend_of_another_database_than_sqlite(url, monkeypatch, capsys):
    monkeypatch.setenv("PAPERLARK_DATABASE__URL", url)
    said = checked(capsys)
    assert "PAPERLARK_DATABASE__URL" in said
    assert "db restore" not in said


def test_a_damaged_file_can_be_replaced_by_a_backup(tmp_path, capsys):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "paperlark.db").write_bytes(b"no database at all" * 99)
    assert "`paperlark db restore FILE`" in checked(capsys)


def test_search_by_meaning_that_is_set_off_is_not_said_to_be_missing(monkeypatch, capsys):
    monkeypatch.setenv("PAPERLARK_SEMANTIC__MODEL", "")
    main(["check"])
    said = capsys.readouterr().out
    assert "searches go by words; PAPERLARK_SEMANTIC__MODEL is set to nothing" in said
    assert "pip install" not in said
    main(["embed"])
    assert "PAPERLARK_SEMANTIC__MODEL is set to nothing" in capsys.readouterr().err


def test_a_model_in_no_folder_is_said_so(monkeypatch, capsys):
    monkeypatch.setenv("PAPERLARK_SEMANTIC__MODEL", "/nonexistent")
    said = checked(capsys)
    assert "Search by meaning: there is no folder /nonexistent\n" in said


async def asked_of_arxiv(tmp_path, categories, query=None) -> tuple[list[str], str]:
    """What `check` asks arXiv for, and what it says."""
    web, clock = Web(lambda _: reply(RSS)), FakeClock()
    wanted = {"enabled": ["arxiv"], "arxiv": {"categories": categories, "min_interval_s": 0}}
    settings = Settings(data_dir=tmp_path, sources=wanted)
    async with build(settings, clock=clock, client=client(web, clock)) as app:
        if query:
            ref = ChannelRef(platform="web", workspace=LOCAL, channel="bio")

            def found(tx):
                channel = ensure_channel(tx, ref, "bio", schedule=DAILY, now=clock.now())
                add(tx, channel, parse_subscription(query), by=ANNA, now=clock.now())

            await app.store.write(found)
        [finding] = [finding async for finding in check_sources(app)]
    return web.urls, finding.state


async def test_arxiv_is_asked_for_what_would_be_collected(tmp_path):
    urls, said = await asked_of_arxiv(tmp_path, ["cs.CL", "cs.AI"], "cat:q-bio.BM")
    assert urls == ["https://rss.arxiv.org/rss/cs.AI+cs.CL+q-bio.BM"]
    assert said.startswith("feed of cs.AI, cs.CL, q-bio.BM for 2026-07-1")
    assert "papers" in said


async def test_a_category_of_a_subscription_alone_is_asked_for(tmp_path):
    urls, _ = await asked_of_arxiv(tmp_path, [], "protein cat:q-bio.BM")
    assert urls == ["https://rss.arxiv.org/rss/q-bio.BM"]


async def test_without_a_category_anywhere_it_says_so(tmp_path):
    urls, said = await asked_of_arxiv(tmp_path, [])
    assert urls == []
    assert "no category of arXiv is set, and none subscribed to" in said
