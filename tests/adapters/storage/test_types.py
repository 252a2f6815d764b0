from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from adapters.storage.types import MessageText, UtcDateTime
from bot.domain import messages

DIALECT = sqlite.dialect()

texts = st.text(max_size=12)
urls = st.none() | st.sampled_from(["https://example.org/a", "https://arxiv.org/abs/2611.00001"])
spans = st.builds(messages.Span, url=urls)
runs = st.lists(spans, max_size=3).map(tuple)
buttons = st.lists(st.builds(messages.Button), max_size=2).map(tuple)
blocks = st.one_of(
    st.builds(messages.Heading, kind=st.just("heading")),
    st.builds(messages.Paragraph, spans=runs, kind=st.just("paragraph")),
    st.builds(messages.Note, spans=runs, kind=st.just("note")),
    st.builds(messages.Bullets, items=st.lists(runs, max_size=3).map(tuple)),
    st.builds(
        messages.Table,
        head=st.tuples(texts, texts),
        rows=st.lists(st.tuples(runs, runs), max_size=2).map(tuple),
    ),
    st.builds(messages.PaperCard, url=urls, why=runs, facts=runs, buttons=buttons),
    st.builds(messages.Actions, buttons=buttons),
)


@given(st.builds(messages.Message, blocks=st.lists(blocks, max_size=4).map(tuple)))
def test_a_message_reads_back_equal(message):
    stored = MessageText().process_bind_param(message, DIALECT)
    assert MessageText().process_result_value(stored, DIALECT) == message


offsets = st.integers(-720, 720).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(timezones=offsets))
def test_a_time_reads_back_as_the_same_instant_in_utc(time):
    try:
        instant = time.astimezone(UTC)
    except OverflowError:
        return
    stored = UtcDateTime().process_bind_param(time, DIALECT)
    naive = stored.replace(tzinfo=None)
    for returned in (stored.astimezone(timezone(timedelta(hours=2))), naive):
        back = UtcDateTime().process_result_value(returned, DIALECT)
        assert (back, back.tzinfo) == (instant, UTC)


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="without a zone"):
        UtcDateTime().process_bind_param(datetime(2026, 11, 2), DIALECT)  # noqa: DTZ001 -- that is the point
