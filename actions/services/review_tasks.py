"""What is to be done after a review, by whom and until when."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.audit import Press
from accounts.models import Department, Person
from actions.models import Review, ReviewItem, ReviewTask
from actions.services.reviews import locked, record
from planner.lib.dates import us_date


@transaction.atomic
def add_task(
    *,
    review: Review,
    press: Press,
    text: str,
    due_on: date,
    person: Person | None = None,
    department: Department | None = None,
    item: ReviewItem | None = None,
) -> ReviewTask:
    """Something that a person or a department is to do until a day. The same press twice is one task. Raises Frozen, ValidationError."""
    review = locked(review)
    if there := review.tasks.filter(press=press.id).first():
        return there
    text = " ".join(text.split())
    if not text:
        raise ValidationError({"text": "Say in a sentence what is to be done."})
    if (person is None) == (department is None):
        raise ValidationError({"person": "Choose a person or a department who is to do it, one of the two."})
    if due_on < review.on:
        raise ValidationError({"due_on": f"The review is on {us_date(review.on)}. Choose that day or a later one."})
    task = ReviewTask(review=review, item=item, text=text, person=person, department=department, due_on=due_on, press=press.id)
    task.full_clean(exclude=["item", "person", "department", "done_on", "done_by"])
    task.save(force_insert=True)
    new = {"task": task.pk, "text": text, "due_on": due_on.isoformat(), "person": task.person_id, "department": task.department_id}
    record(review, press, "add task", new=new)
    return task


@transaction.atomic
def remove_task(*, task: ReviewTask, press: Press) -> None:
    """Take a task out again while its review is open. Raises Frozen."""
    review = locked(task.review)
    record(review, press, "remove task", old={"task": task.pk, "text": task.text, "due_on": task.due_on.isoformat()})
    task.delete()


@transaction.atomic
def finish_task(*, task: ReviewTask, press: Press, is_done: bool = True) -> ReviewTask:
    """Say that a task is done, today; or that it is not after all. Nothing happens where it is so already."""
    task = ReviewTask.objects.select_for_update(of=("self",)).select_related("review__plan__organization").get(pk=task.pk)
    if (task.done_on is not None) == is_done:
        return task
    organization = task.review.plan.organization
    old = {"task": task.pk, "done_on": task.done_on and task.done_on.isoformat()}
    task.done_on, task.done_by = (organization.today(), press.by) if is_done else (None, None)
    task.save(update_fields=["done_on", "done_by"])
    new = {"task": task.pk, "done_on": task.done_on and task.done_on.isoformat()}
    record(task.review, press, "finish task" if is_done else "reopen task", old=old, new=new)
    return task
