"""Sets of rows, packed: whatever is put in comes out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.storage import bits
from tests.bot.domain.generated import unhurried

rows = st.sets(st.integers(0, bits.BLOCK_ROWS - 1), max_size=700)


def held(blob: bytes, *, block: int = 0) -> set[int]:
    last_row = (block + 1) * bits.BLOCK_ROWS - 1
    return set(bits.rows_of_bits(bits.union([(block, blob)], last_row=last_row)))


@unhurried
@given(st.lists(rows, max_size=4), rows)
def test_what_was_added_and_not_removed_is_held(added, removed):
    blob, expected = b"", set()
    for some in added:
        blob = bits.changed(blob, sorted(some - expected))
        expected |= some
    blob = bits.changed(blob, [], removed & expected)
    assert held(blob) == expected - removed
    assert held(blob, block=2) == {2 * bits.BLOCK_ROWS + row for row in expected - removed}


@pytest.mark.parametrize("count", [1, bits.LIST_MAX, bits.LIST_MAX + 1, bits.BLOCK_ROWS])
def test_few_rows_are_a_list_and_many_are_bits(count):
    blob = bits.changed(b"", range(count))
    assert len(blob) == (2 * count if count <= bits.LIST_MAX else max(1_025, count // 8))
    assert held(blob) == set(range(count))


@unhurried
@given(st.lists(st.tuples(st.integers(0, 3), rows), max_size=5))
def test_a_union_has_the_rows_of_all(blobs):
    packed = [(block, bits.changed(b"", sorted(some))) for block, some in blobs]
    union = bits.union(packed, last_row=4 * bits.BLOCK_ROWS - 1)
    expected = {block * bits.BLOCK_ROWS + row for block, some in blobs for row in some}
    assert list(bits.rows_of_bits(union)) == sorted(expected, reverse=True)


@pytest.mark.parametrize("lists", [1, 9])
def test_a_union_of_many_lists_is_the_same_as_of_few(lists):
    some = [set(range(n, bits.BLOCK_ROWS, 150 + n)) for n in range(lists)]
    packed = [(1, bits.changed(b"", sorted(rows))) for rows in some]
    assert all(len(blob) <= 2 * bits.LIST_MAX for _, blob in packed)
    whole = (1, bits.changed(b"", range(600)))
    union = bits.union([*packed, whole], last_row=2 * bits.BLOCK_ROWS - 1)
    expected = {bits.BLOCK_ROWS + row for row in set().union(range(600), *some)}
    assert set(bits.rows_of_bits(union)) == expected


def test_rows_beyond_the_last_are_left_out():
    blobs = [(0, bits.changed(b"", range(600))), (1, bits.changed(b"", range(600)))]
    assert set(bits.rows_of_bits(bits.union(blobs, last_row=7))) == set(range(8))


@unhurried
@given(
    st.lists(st.tuples(st.sets(st.integers(0, 90)), st.integers(0, 20)), max_size=9),
    st.sets(st.integers(0, 90)),
    st.integers(0, 40),
)
def test_the_best_have_the_greatest_sums_and_of_equal_ones_the_highest_rows(added, among, count):
    sums = bits.Sums()
    for some, weight in added:
        sums.add(bits.bits_of(some, last_row=90), weight)
    best = sums.best(bits.bits_of(among, last_row=90), count)
    total = {row: sum(weight for some, weight in added if row in some) for row in among}
    expected = sorted(among, key=lambda row: (total[row], row), reverse=True)[:count]
    assert set(bits.rows_of_bits(best)) == set(expected)
