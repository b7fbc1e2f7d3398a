"""Which update of a step counts, as SQL: for the triggers that keep a step's copy, and for reading a plan's past days."""


def newest(step: str, what: str) -> str:
    """The update of a step that counts; `step` and `what` are columns. One that was corrected does not count, unless the correction itself
    was withdrawn."""
    return " ".join(
        f"""
        (SELECT u.{what} FROM actions_statusupdate u WHERE u.step_id = {step} AND u.status_id IS NOT NULL AND NOT EXISTS
         (SELECT 1 FROM actions_statusupdate c WHERE c.corrects_id = u.id AND (c.status_id IS NULL OR NOT EXISTS
          (SELECT 1 FROM actions_statusupdate w WHERE w.corrects_id = c.id AND w.status_id IS NULL)))
         ORDER BY u.as_of DESC, u.recorded_at DESC, u.id DESC LIMIT 1)
        """.split()
    )
