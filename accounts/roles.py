"""Who may do what: the one table that every `perms.py` reads."""

VIEWER, CONTRIBUTOR, EDITOR, CABINET, ADMIN = ("viewer", "contributor", "editor", "cabinet", "admin")

ROLES = ((VIEWER, "Viewer"), (CONTRIBUTOR, "Contributor"), (EDITOR, "Editor"), (CABINET, "Cabinet member"), (ADMIN, "Administrator"))
LADDER = [role for role, _ in ROLES]

ABLE_FROM = {
    "see_plan": VIEWER,  # private plans and internal notes too
    "update_own_steps": CONTRIBUTOR,  # steps that the person leads, or of the own department
    "update_any_step": EDITOR,
    "import_plan": EDITOR,
    "import_survey": EDITOR,
    "publish": CABINET,
    "manage_people": ADMIN,
}


def may(role: str | None, ability: str) -> bool:
    """Whether a role has an ability. No role has none; an unknown ability is a programming error (KeyError)."""
    needed = ABLE_FROM[ability]
    return role is not None and LADDER.index(role) >= LADDER.index(needed)


def highest(roles) -> str | None:
    """The role that counts where a person has several, as in a school and in its district."""
    return max(roles, key=LADDER.index, default=None)
