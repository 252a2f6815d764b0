from hypothesis import given
from hypothesis import strategies as st

from bot.domain.trees import Tree
from tests.bot.domain.generated import unhurried

paths = st.lists(st.sampled_from("abc"), min_size=1, max_size=4).map(tuple)


def test_paths_with_one_beginning_share_it():
    tree = Tree()
    tree.grow("ab").value = 1
    tree.grow("ac").value = 2
    assert list(tree) == ["a"]
    assert tree["a"].value is None
    assert {step: branch.value for step, branch in tree["a"].items()} == {"b": 1, "c": 2}


@unhurried
@given(st.lists(paths, unique=True), st.data())
def test_after_cuts_it_is_as_if_the_paths_had_never_been(added, data):
    cut = data.draw(st.lists(st.sampled_from(added), unique=True)) if added else []
    tree, expected = Tree(), Tree()
    for number, path in enumerate(added):
        tree.grow(path).value = number
        if path not in cut:
            expected.grow(path).value = number
    for path in cut:
        tree.grow(path).value = None
        tree.cut(path)
    assert values(tree) == values(expected)


def values(tree):
    """Every branch with its value, those without one too."""
    return {step: (branch.value, values(branch)) for step, branch in tree.items()}
