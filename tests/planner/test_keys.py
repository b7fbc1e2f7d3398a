"""What stands in an address or a form is a key only where a database can have it."""

import pytest

from planner.lib.keys import key_of, keys_of


@pytest.mark.parametrize("text", [None, "", "x", "-1", "+1", "1.0", " 1", "²", "１２", "1_000", "9" * 19])
def test_what_is_no_key(text):
    assert key_of(text) is None


def test_keys():
    assert key_of("0012") == 12
    assert key_of("9" * 18) == 10**18 - 1
    assert keys_of(["3", "x", "", "1"]) == [3, 1]
