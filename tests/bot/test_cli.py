"""The command line as a program would use it: arguments in, lines and exit codes out."""

import json
import logging
import os
from pathlib import Path

import pytest

from bot import __version__
from bot.cli import main

PAPERS = """\
{"id": "2401.00001", "title": "World models for robots", "abstract": "We show how they plan.", "upvotes": 30}
{"id": "2401.00002", "title": "A survey of planning", "authors": ["Ada Example"], "source": "arxiv"}
not a paper
{"id": "W-3", "title": "Robots that fold laundry", "abstract": "However, it folds. We propose a robot."}
"""


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PAPERLARK_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture
def papers(tmp_path):
    path = tmp_path / "papers.jsonl"
    path.write_text(PAPERS)
    return str(path)


def records(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_version(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["--version"])
    assert stop.value.code == 0
    assert capsys.readouterr().out == f"paperlark {__version__}\n"


@pytest.mark.parametrize(
    "args", [[], ["nonsense"], ["search"], ["search", "x", "--limit", "0"], ["db"], ["match"]]
)
def test_wrong_use_is_exit_code_2(args, capsys):
    with pytest.raises(SystemExit) as stop:
        main(args)
    assert stop.value.code == 2
    assert capsys.readouterr().err


def test_import_says_what_it_read_and_skips_bad_lines(papers, capsys):
    assert main(["import", papers]) == 1
    out, err = capsys.readouterr()
    assert "3 new papers, 0 known before, 1 bad line skipped." in out
    assert "line 3: not a JSON object" in err
    main(["import", papers])
    assert "0 new papers, 3 known before" in capsys.readouterr().out


def test_search_prints_exact_matches_first_and_nothing_but_json(papers, capsys):
    main(["import", papers])
    capsys.readouterr()
    assert main(["search", "robot planning", "--json"]) == 0
    found = records(capsys)
    assert {f["id"] for f in found} == {"2401.00001", "2401.00002", "W-3"}
    assert all(set(f) == {"id", "title", "score", "exact"} for f in found)
    assert [f["exact"] for f in found] == sorted((f["exact"] for f in found), reverse=True)


def test_search_obeys_the_limit(papers, capsys):
    main(["import", papers])
    capsys.readouterr()
    main(["search", "robot", "--limit", "1", "--json"])
    assert len(records(capsys)) == 1


@pytest.mark.parametrize(
    "named",
    ["2401.00002", "arXiv:2401.00002v3", "https://arxiv.org/abs/2401.00002v3",
     "https://arxiv.org/pdf/2401.00002", "https://doi.org/10.48550/arXiv.2401.00002"],
)  # fmt: skip
def test_search_finds_a_paper_by_its_id_and_address(named, papers, capsys):
    main(["import", papers])
    capsys.readouterr()
    assert main(["search", named, "--json"]) == 0
    [found] = records(capsys)
    assert (found["id"], found["exact"]) == ("2401.00002", True)


def test_search_for_a_paper_that_is_not_there_shows_no_other(papers, capsys):
    main(["import", papers])
    capsys.readouterr()
    assert main(["search", "https://arxiv.org/abs/2401.00009"]) == 0
    assert capsys.readouterr() == ("", "No paper of 3 matches.\n")


@pytest.mark.parametrize("words", [["robot", "-laundry"], ["-laundry", "robot"]])
def test_search_takes_an_exclusion_without_quotes(words, papers, capsys):
    main(["import", papers])
    capsys.readouterr()
    assert main(["--log-level", "ERROR", "search", *words, "--json"]) == 0
    assert [f["id"] for f in records(capsys) if f["exact"]] == ["2401.00001"]


@pytest.mark.parametrize(("option", "code"), [("-h", 0), ("--help", 0), ("--jsn", 2)])
def test_an_option_of_search_is_no_exclusion(option, code):
    with pytest.raises(SystemExit) as stop:
        main(["search", "robot", option])
    assert stop.value.code == code


def test_a_wrong_query_names_place_reason_and_example(capsys):
    assert main(["search", "diffusion foo:bar"]) == 2
    out, err = capsys.readouterr()
    assert not out
    assert "at character 11" in err
    assert "Example: " in err


def test_match_names_paper_line_and_terms(papers, tmp_path, capsys):
    subscriptions = tmp_path / "subscriptions.txt"
    subscriptions.write_text('robot -laundry\n\n"a survey"\n(\nupvotes:>=20\n')
    args = ["match", "--subscriptions", str(subscriptions), "--papers", papers, "--json"]
    assert main(args) == 1
    out, err = capsys.readouterr()
    assert [json.loads(line) for line in out.splitlines()] == [
        {"paper": "2401.00001", "subscription": 1, "terms": ["robot"]},
        {"paper": "2401.00001", "subscription": 5, "terms": ["upvotes:>=20"]},
        {"paper": "2401.00002", "subscription": 3, "terms": ['"a survey"']},
    ]
    assert "subscriptions.txt, line 4" in err
    assert "papers.jsonl, line 3" in err


def test_tldr_gives_whole_sentences(papers, capsys):
    assert main(["tldr", papers, "--json"]) == 1
    assert records(capsys) == [
        {"id": "2401.00001", "tldr": "We show how they plan."},
        {"id": "2401.00002", "tldr": ""},
        {"id": "W-3", "tldr": "We propose a robot."},
    ]


def test_tldr_reads_standard_input(papers, capsys, monkeypatch):
    with Path(papers).open() as lines:
        monkeypatch.setattr("sys.stdin", lines)
        main(["tldr", "--json"])
    assert len(records(capsys)) == 3


def test_a_missing_file_is_a_sentence(capsys):
    assert main(["import", "nowhere.jsonl"]) == 1
    assert "nowhere.jsonl" in capsys.readouterr().err


def test_a_wrong_setting_is_a_sentence(capsys, monkeypatch):
    monkeypatch.setenv("PAPERLARK_SCHEDULER__ZONE", "Europe/Pariss")
    assert main(["search", "robot"]) == 2
    assert "PAPERLARK_SCHEDULER__ZONE" in capsys.readouterr().err


def test_an_unknown_source_is_a_sentence(capsys, monkeypatch):
    monkeypatch.setenv("PAPERLARK_SOURCES__ENABLED", "arxiv,usenet")
    assert main(["collect"]) == 2
    assert "usenet" in capsys.readouterr().err


def test_a_misspelt_setting_is_named(capsys, caplog, monkeypatch):
    monkeypatch.setenv("PAPERLARK_SCHEDULER__TICKS", "5")
    main(["search", "robot"])
    said = "PAPERLARK_SCHEDULER__TICKS is no setting; did you mean PAPERLARK_SCHEDULER__TICK_S?"
    assert said in caplog.text


@pytest.mark.parametrize("library", ["httpx", "httpcore"])
def test_a_library_that_logs_the_headers_it_refuses_is_kept_quiet(library, papers, capsys):
    main(["--log-level", "DEBUG", "tldr", papers])
    assert logging.getLogger(library).level == logging.WARNING


@pytest.mark.parametrize("folder", ["we?ird", "pa%20ct", "a b#c"])
def test_any_folder_can_hold_the_data(folder, tmp_path, monkeypatch, papers, capsys):
    monkeypatch.setenv("PAPERLARK_DATA_DIR", str(tmp_path / folder))
    main(["import", papers])
    assert (tmp_path / folder / "paperlark.db").is_file()


def test_what_it_complains_of_reaches_the_terminal_as_text(tmp_path, papers, capsys):
    hostile = tmp_path / "subscriptions.txt"
    hostile.write_text("(\x1b]8;;https://evil.example\x07\n")
    main(["match", "--subscriptions", str(hostile), "--papers", papers])
    assert "\x1b" not in capsys.readouterr().err


def test_a_doi_that_is_none_spoils_no_other_line(tmp_path, capsys):
    path = tmp_path / "papers.jsonl"
    lines = [
        {"id": "1", "title": "A first paper about robots", "doi": "10.1234/\ud800"},
        {"id": "2", "title": "A second paper about robots", "doi": "10.1234/a\x00b"},
        {"id": "3", "title": "A third paper about robots", "doi": "10.1234/" + "x" * 20_000},
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert main(["import", str(path)]) == 0
    assert "3 new papers" in capsys.readouterr().out


def test_an_import_knows_the_days_by_the_names_that_data_sets_give_them(tmp_path, capsys):
    path = tmp_path / "papers.jsonl"
    path.write_text(
        '{"id": "2506.00001", "title": "Planning robots", "day": "2025-06-03"}\n'
        '{"id": "2506.00002", "title": "Folding robots", "publishedAt": "2025-05-27T16:40:21Z"}\n'
    )
    main(["import", str(path)])
    capsys.readouterr()
    main(["search", "robot after:2025-06-01", "--json"])
    assert [f["id"] for f in records(capsys)] == ["2506.00001"]


def test_a_search_takes_words_without_quotes_and_says_when_it_finds_nothing(papers, capsys):
    main(["import", papers])
    capsys.readouterr()
    main(["search", "fold", "laundry", "--json"])
    assert [f["id"] for f in records(capsys)] == ["W-3"]
    main(["search", "zzzqqq"])
    assert "No paper of 3 matches." in capsys.readouterr().err


def test_a_digest_of_nothing_says_why(capsys):
    main(["digest"])
    assert "No channel is subscribed to anything yet" in capsys.readouterr().out


def test_backup_and_restore(papers, capsys):
    main(["import", papers])
    assert main(["db", "backup", "copy.db"]) == 0
    main(["import", papers])
    assert main(["db", "restore", "copy.db"]) == 0
    capsys.readouterr()
    main(["search", "laundry", "--json"])
    assert [f["id"] for f in records(capsys)] == ["W-3"]


def test_a_restore_of_no_file_names_the_newest_backups_and_changes_nothing(papers, capsys):
    main(["import", papers])
    folder = Path("data/backups").absolute()
    for day in range(4):
        main(["db", "backup", str(folder / f"nightly-2026-11-0{day}.db")])
        os.utime(folder / f"nightly-2026-11-0{day}.db", (day, day))
    capsys.readouterr()
    assert main(["db", "restore"]) == 2
    out, err = capsys.readouterr()
    newest = "nightly-2026-11-03.db, nightly-2026-11-02.db, nightly-2026-11-01.db"
    assert f"The newest in {folder}: {newest}.\n" in err
    assert err.endswith(f"Example: paperlark db restore {folder}/nightly-2026-11-03.db\n")
    assert not out


def test_a_restore_of_no_file_where_there_is_no_backup_says_so(capsys):
    assert main(["db", "restore"]) == 2
    err = capsys.readouterr().err
    assert "none yet" in err
    assert "Example: paperlark db restore " in err
    assert not Path("data/paperlark.db").exists()


def test_digest_of_an_unknown_channel_names_the_known_ones(capsys):
    assert main(["digest", "--channel", "x"]) == 2
    assert "none yet" in capsys.readouterr().err


def test_the_sample_in_the_terminal(capsys):
    assert main(["try", "--once", "--offline"]) == 0
    out = capsys.readouterr().out
    assert "Bundled sample of 13 July 2026, not live" in out
    assert "Multimodal Reward Hacking in Reinforcement Learning" in out
    assert out.count("#") >= 3
    assert "\x1b" not in out
