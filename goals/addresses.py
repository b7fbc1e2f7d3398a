"""Public addresses of a plan's parts, made from codes. Pure.

An address is made once: the path of codes below the goal area, where a code does not hold the path itself (`4.1.5`, but `1.B.a`). Every character
but letters, digits, `_`, `-` and an inner `.` is written `=` and two hexadecimal digits for each of its UTF-8 bytes, so that addresses are
compared exactly (A is not a) and never need a percent sign.
"""

import re
from collections.abc import Container

PLAIN = re.compile(r"[A-Za-z0-9_-]")


def escaped(code: str) -> str:
    """A code as one part of an address. `1/2` gives `1=2F2`; a dot stays where it is neither first nor last."""
    parts = []
    for index, character in enumerate(code):
        if PLAIN.match(character) or (character == "." and 0 < index < len(code) - 1):
            parts.append(character)
        else:
            parts.extend(f"={byte:02X}" for byte in character.encode())
    return "".join(parts)


def holds_path(code: str, above: str) -> bool:
    """Whether a code says itself what it hangs under: 4.1.5 under 4.1 does, 1A under 1 too, but 12 under 1 does not."""
    if not above or not code.startswith(above) or code == above:
        return False
    return not (above[-1].isdigit() and code[len(above)].isdigit())


def path_of(code: str, above: str, position: int) -> str:
    """The address before a second use is counted. `above` is the escaped path of what it hangs under, "" right under a goal area;
    `position` counts from 1 among its siblings and serves where there is no code: `-3`."""
    own = escaped(code.strip()) if code.strip() else f"-{position}"
    if not above or holds_path(own, above.partition("~")[0]):
        return own
    return f"{above}.{own}"


def free_address(path: str, taken: Container[str]) -> str:
    """The path, or for a second use of it `path~2`, and so on."""
    if path not in taken:
        return path
    use = 2
    while f"{path}~{use}" in taken:
        use += 1
    return f"{path}~{use}"


def occurrence_of(address: str) -> int:
    """Which use of its code an address is: 2 for `4.1.5~2`, 1 for `1~2.4`, which hangs under a second use.

    >>> occurrence_of("4.1.5~2"), occurrence_of("1~2.4"), occurrence_of("4.1.5")
    (2, 1, 1)
    """
    _, mark, use = address.rpartition("~")
    return int(use) if mark and use.isdigit() else 1
