"""The command line with a real sentence model, from a folder: import, embed, search, check."""

import json
from pathlib import Path

import pytest

from bot.cli import main
from tests.minilm import make_model

TITLES = (
    "Teaching robots to walk",
    "Quadruped locomotion over rough terrain",
    "Simmering stews in cast iron",
    "Forecasting inflation with sparse data",
    "Folding proteins by gradient descent",
)
SENTENCE = "how can machines with four legs move around outdoors"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return make_model(tmp_path_factory.mktemp("minilm"))


@pytest.fixture
def archive(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PAPERLARK_DATA_DIR", str(tmp_path / "data"))
    papers = tmp_path / "papers.jsonl"
    lines = ({"id": f"2611.{n:05d}", "title": title} for n, title in enumerate(TITLES, 1))
    papers.write_text("\n".join(map(json.dumps, lines)))
    return papers


def use(monkeypatch, folder: Path) -> None:
    monkeypatch.setenv("PAPERLARK_SEMANTIC__MODEL", str(folder))
    monkeypatch.setenv("PAPERLARK_SEMANTIC__ONNX", "model.onnx")


def searched(capsys, text=SENTENCE):
    capsys.readouterr()
    assert main(["search", text, "--json"]) == 0
    return [json.loads(line)["title"] for line in capsys.readouterr().out.splitlines()]


def test_a_sentence_that_shares_no_word_with_the_paper_still_finds_it(
    archive, model, monkeypatch, capsys
):
    main(["import", str(archive)])
    assert TITLES[1] not in searched(capsys)
    use(monkeypatch, model)
    assert main(["import", str(archive)]) == 0
    assert "5 papers to be read for search by meaning: `paperlark embed`" in capsys.readouterr().out
    assert TITLES[1] not in searched(capsys)
    assert main(["embed"]) == 0
    assert "5 papers can be found by meaning." in capsys.readouterr().out
    assert searched(capsys)[0] == TITLES[1]


def test_embedding_twice_does_nothing_more(archive, model, monkeypatch, capsys):
    use(monkeypatch, model)
    main(["import", str(archive)])
    main(["embed"])
    main(["import", str(archive)])
    assert "to be read" not in capsys.readouterr().out.rpartition("known before")[2]
    assert main(["embed"]) == 0


def test_without_a_model_there_is_nothing_to_embed(archive, capsys):
    main(["import", str(archive)])
    assert "to be read" not in capsys.readouterr().out
    assert main(["embed"]) == 1
    assert "no sentence model" in capsys.readouterr().err


def test_a_model_that_is_gone_leaves_search_by_words(archive, model, monkeypatch, capsys):
    use(monkeypatch, model)
    main(["import", str(archive)])
    main(["embed"])
    monkeypatch.setenv("PAPERLARK_SEMANTIC__MODEL", "/no/such/folder")
    assert searched(capsys, "robots")[0] == TITLES[0]


def test_check_says_whether_searches_go_by_meaning(archive, model, monkeypatch, capsys):
    monkeypatch.setenv("PAPERLARK_SOURCES__ENABLED", "")
    main(["import", str(archive)])
    main(["check"])
    assert "Search by meaning: off" in capsys.readouterr().out
    use(monkeypatch, model)
    main(["check"])
    assert "Search by meaning: 0 papers known, 5 to come" in capsys.readouterr().out
    monkeypatch.setenv("PAPERLARK_SEMANTIC__ONNX", "other.onnx")
    assert main(["check"]) == 1
    assert "holds no model that can be read" in capsys.readouterr().out
