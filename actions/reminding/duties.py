"""Who answers for which step of a plan. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Lead:
    """Who leads a part of a plan: a person, else a department, else words of a document."""

    person: int | None = None
    department: int | None = None
    words: str = ""

    def __bool__(self) -> bool:
        return self.person is not None or self.department is not None or bool(self.words)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a plan: its node, what it hangs under, its place among its siblings and its own lead."""

    node: int
    parent: int | None
    position: int
    lead: Lead


@dataclass(frozen=True, slots=True)
class Duty:
    """A step, the lead that counts for it, and the lead above that one, if it is another."""

    node: int
    address: str
    code: str
    title: str
    status: int | None
    as_of: date | None
    due: date | None
    lead: Lead
    above: Lead

    def is_confirmed(self, since: date) -> bool:
        return self.as_of is not None and self.as_of >= since


@dataclass(frozen=True, slots=True)
class Members:
    """Those of an organization who may update steps that they answer for: person -> their departments."""

    departments_of: Mapping[int, Collection[int]]
    in_department: Mapping[int, Collection[int]] = field(init=False)

    def __post_init__(self) -> None:
        found: dict[int, list[int]] = {}
        for person, departments in self.departments_of.items():
            for department in departments:
                found.setdefault(department, []).append(person)
        object.__setattr__(self, "in_department", found)

    def led_by(self, lead: Lead) -> Collection[int]:
        """Persons that a lead means. Nobody where it is words alone, or somebody who does not work here any more."""
        if lead.person is not None:
            return (lead.person,) if lead.person in self.departments_of else ()
        return self.in_department.get(lead.department, ()) if lead.department is not None else ()


class Line:
    """Follows each part of a plan up to its top."""

    def __init__(self, parts: Iterable[Part]):
        self.parts = {part.node: part for part in parts}

    def up(self, node: int) -> Iterable[Part]:
        part = self.parts.get(node)
        while part is not None:
            yield part
            part = self.parts.get(part.parent) if part.parent is not None else None

    def place(self, node: int) -> tuple[int, ...]:
        """Sorts parts as the document has them."""
        return tuple(part.position for part in self.up(node))[::-1]

    def leads(self, node: int) -> tuple[Lead, Lead]:
        """The nearest lead, and the next one above it that is another."""
        found = [part.lead for part in self.up(node) if part.lead]
        nearest = found[0] if found else Lead()
        return nearest, next((lead for lead in found[1:] if lead != nearest), Lead())
