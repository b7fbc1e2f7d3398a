"""Who answers for which step of a plan. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
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
    """A step, the lead that counts for it, and those above that one, as far as they are others, the nearest first."""

    node: int
    address: str
    code: str
    title: str
    status: int | None
    as_of: date | None
    due: date | None
    lead: Lead
    higher: tuple[Lead, ...] = ()

    @property
    def above(self) -> Lead:
        """The nearest of those, whether anybody of it works here still or not; who does: `Members.above`."""
        return self.higher[0] if self.higher else Lead()

    def is_confirmed(self, since: date) -> bool:
        return self.as_of is not None and self.as_of >= since


class Line:
    """Follows each part of a plan up to its top."""

    def __init__(self, parts: Iterable[Part]):
        self.parts = {part.node: part for part in parts}

    def up(self, node: int) -> Iterator[Part]:
        part = self.parts.get(node)
        while part is not None:
            yield part
            part = self.parts.get(part.parent) if part.parent is not None else None

    def place(self, node: int) -> tuple[int, ...]:
        """Sorts parts as the document has them."""
        return tuple(part.position for part in self.up(node))[::-1]

    def leads(self, node: int) -> tuple[Lead, tuple[Lead, ...]]:
        """The nearest lead, and those above it that are others."""
        found = [part.lead for part in self.up(node) if part.lead]
        nearest = found[0] if found else Lead()
        return nearest, tuple(lead for lead in found[1:] if lead != nearest)


Whose = tuple[str, int]
"""("person", key) or ("department", key)."""


def whose(lead: Lead) -> Whose | None:
    """Whom a lead means. None where it is words alone."""
    if lead.person is not None:
        return ("person", lead.person)
    return ("department", lead.department) if lead.department is not None else None


class Members:
    """Those of an organization who may update the steps that they answer for, with their departments and who leads those."""

    def __init__(
        self,
        departments_of: Mapping[int, Collection[int]],
        heads_of: Mapping[int, Collection[int]] | None = None,
        unreached: Collection[int] = (),
    ):
        self.departments_of = departments_of
        self.heads_of = heads_of or {}
        self.unreached = unreached
        """Those whose mail server refused the last mail to them."""
        self.in_department: dict[int, list[int]] = {}
        for person, departments in departments_of.items():
            for department in departments:
                self.in_department.setdefault(department, []).append(person)

    def led_by(self, lead: Lead) -> Collection[int]:
        """Persons that a lead means. Nobody where it is words alone, or somebody who does not work here any more."""
        if lead.person is not None:
            return (lead.person,) if lead.person in self.departments_of else ()
        return self.in_department.get(lead.department, ()) if lead.department is not None else ()

    def above(self, duty: Duty) -> Lead:
        """The nearest lead above that of a step who works here: who left is passed over, so that no list goes to nobody."""
        return next((lead for lead in duty.higher if self.led_by(lead)), Lead())

    def reached(self, lead: Lead) -> bool:
        """Whether anybody whom a lead means works here and can be written to."""
        return any(person not in self.unreached for person in self.led_by(lead))

    def home(self, lead: Lead) -> int | None:
        """The department to call about what somebody leads: that which leads, or the first in which the person works. None: there is none."""
        works_in = self.departments_of.get(lead.person, ()) if lead.person is not None else ()
        return lead.department or next(iter(works_in), None)

    def over(self, lead: Lead) -> set[int]:
        """Who leads a department that the person works in whom a lead means."""
        departments = self.departments_of.get(lead.person, ()) if lead.person is not None else ()
        return {head for department in departments for head in self.heads_of.get(department, ())} - {lead.person or 0}

    def under(self, person: int) -> set[int]:
        """Who works in the departments that a person leads."""
        departments = [department for department, heads in self.heads_of.items() if person in heads]
        return {one for department in departments for one in self.in_department.get(department, ())} - {person}

    def of(self, person: int) -> list[Whose]:
        """What a lead may name to mean this person. Nothing for somebody who does not work here."""
        if person not in self.departments_of:
            return []
        return [("person", person), *(("department", department) for department in self.departments_of[person])]


class Duties:
    """The steps of a plan in the document's order, and who answers for each."""

    def __init__(self, duties: Iterable[Duty]):
        self.all = list(duties)
        self._places = {duty.node: place for place, duty in enumerate(self.all)}
        self._own: dict[Whose, list[Duty]] = {}
        self._below: dict[Whose, list[Duty]] = {}
        for duty in self.all:
            if (key := whose(duty.lead)) is not None:
                self._own.setdefault(key, []).append(duty)
            for higher in {key for lead in duty.higher if (key := whose(lead))}:
                self._below.setdefault(higher, []).append(duty)

    def own(self, person: int, members: Members) -> list[Duty]:
        """Those that the person answers for, alone or with a department."""
        found = [duty for key in members.of(person) for duty in self._own.get(key, ())]
        return sorted(found, key=lambda duty: self._places[duty.node])

    def below(self, person: int, members: Members) -> list[Duty]:
        """Those that others answer for, under what the person leads or in a department that the person leads."""
        mine = {duty.node for duty in self.own(person, members)}
        near = [duty for key in members.of(person) for duty in self._below.get(key, ()) if whose(members.above(duty)) == key]
        near += [duty for one in members.under(person) for duty in self._own.get(("person", one), ())]
        found = {duty.node: duty for duty in near if duty.node not in mine}
        return sorted(found.values(), key=lambda duty: self._places[duty.node])

    def alone(self, members: Members) -> list[Duty]:
        """Those that somebody answers for and can be asked of, while nobody who works here leads above them or the department."""
        return [duty for duty in self.all if members.reached(duty.lead) and not members.above(duty) and not members.over(duty.lead)]

    def listed(self, person: int, members: Members, *, is_planner: bool) -> list[Duty]:
        """What the list of a lead has for a person: those `below`, and for a planner those `alone` that others answer for."""
        found = {duty.node: duty for duty in self.below(person, members)}
        if is_planner:
            found |= {duty.node: duty for duty in self.alone(members) if person not in members.led_by(duty.lead)}
        return sorted(found.values(), key=lambda duty: self._places[duty.node])

    def of_others(self, person: int, members: Members) -> list[Duty]:
        """All but those that the person answers for: of these planners hear in the last week."""
        return [duty for duty in self.all if person not in members.led_by(duty.lead)]

    def nobodys(self, members: Members) -> list[Duty]:
        """Those that nobody answers for who works here and can be written to."""
        return [duty for duty in self.all if not members.reached(duty.lead)]
