from hypothesis import given
from hypothesis import strategies as st

from actions.wording import sides


def marked(pieces):
    return [piece.words for piece in pieces if piece.is_changed]


def test_only_what_differs_is_marked():
    old, new = sides("Set standards at the high schools: switches and cabling.", "Set standards at every site: switches and cabling.")
    assert marked(old) == ["the high schools"]
    assert marked(new) == ["every site"]


def test_added_words_leave_the_old_side_bare():
    old, new = sides("Walk the sites", "Walk all the sites")
    assert marked(old) == []
    assert [words.strip() for words in marked(new)] == ["all"]


def test_the_same_wording_has_no_marks():
    old, new = sides("One wording", "One wording")
    assert marked(old) == marked(new) == []


@given(st.text(max_size=60), st.text(max_size=60))
def test_nothing_is_lost(before, after):
    old, new = sides(before, after)
    assert "".join(piece.words for piece in old) == before
    assert "".join(piece.words for piece in new) == after
