"""However sightings arrive, they end as the same papers."""

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.storage.engine import parse_url, writer_engine
from adapters.storage.papers import SqlPapers
from bot.domain.papers import Paper, PaperKey
from tests.adapters.storage.examples import NOW, paper

TITLES = ("Planning with learned world models", "Robots that read papers every day")

sightings = st.builds(
    lambda arxiv, doi, title: paper(*arxiv, *doi, title=title),
    arxiv=st.lists(st.sampled_from(["2611.00001", "2611.00002"]), max_size=1),
    doi=st.lists(st.sampled_from(["10.1000/x", "10.1000/y"]), max_size=1),
    title=st.sampled_from(TITLES),
)


def state(repository: SqlPapers, seen: list[Paper]) -> dict[PaperKey, Paper]:
    return {key: repository.find(key) for p in seen for key in p.keys}


def test_one_batch_or_many_give_the_same_archive(migrated_file, tmp_path):
    file = tmp_path / "paperlark.db"
    file.write_bytes(migrated_file.read_bytes())
    engine = writer_engine(parse_url(f"sqlite:///{file}"))

    @settings(max_examples=50, deadline=None)
    @given(st.lists(sightings, min_size=2, max_size=7))
    def check(seen: list[Paper]) -> None:
        states = []
        for batches in ([seen], [[p] for p in seen]):
            with engine.connect() as connection:
                repository = SqlPapers(connection)
                for batch in batches:
                    repository.store(batch, now=NOW)
                states.append((state(repository, seen), repository.count()))
        assert states[0] == states[1]
        archive, count = states[0]
        assert len({p.id for p in archive.values()}) == count
        for found in archive.values():
            assert sum(key.startswith("arxiv:") for key in found.keys) <= 1

    check()
    engine.dispose()
