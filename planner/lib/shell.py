"""What stands around a page: the bar with the district's name, its navigation, its color, the ribbon of sample data."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class NavItem:
    label: str
    href: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Shell:
    """Context `shell` of base_public.html and base_staff.html."""

    name: str
    """Name of the organization, in the bar."""
    home: str = "/"
    accent: str = ""
    """The organization's color without the hash, "27447f"; empty: the product's own."""
    nav: list[NavItem] = field(default_factory=list)
    ribbon: str = ""
    """What is made up about this data; empty where it is real."""


def accent_of(color: str) -> str:
    """ "#27447F" -> "27447f", what the address of the stylesheet carries."""
    return color.removeprefix("#").lower()
