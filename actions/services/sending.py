"""Sends what the ledger holds: claimed before it is sent, written down before the next one goes, over one connection.

Exactly once is impossible over SMTP: who dies between the server's "250" and our note of it cannot know whether the mail went. So a mail may go
twice, once for each death at most, and always with the same Message-ID, by which mail servers and readers see that it is the same.

- A server that cannot be spoken to: nothing is claimed, everything waits; pauses grow (`MailTrouble`), and after an hour it is said loudly.
- A temporary answer (4xx), a time-out, a broken connection: that mail waits, with growing pauses, until TRIES are used up.
- A permanent answer (5xx) about the recipient or the mail: refused, with its text, after one try. One about us (sign-in, sender) is no refusal.
"""

import logging
import smtplib
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Organization
from actions.models import MailTrouble, Reminder
from actions.services import cycles
from actions.services.ledger import Batch, at_the_ledger, claim
from actions.services.mails import Desk, Dropped, Unwritten
from actions.services.posting import Elsewhere, Post, post
from planner.lib.beside import Beside
from planner.lib.db import Clock, ClockIn

log = logging.getLogger(__name__)

BATCH, LEAST, MOST = 100, 20, 500
"""Mails that are claimed and written at once: at first, and at least and at most. After a death they wait until their claim has run out."""
AHEAD = 2
"""Seconds for whose sending is written at once: who leaves meanwhile gets the mail still."""
PAUSES = (60, 300, 900, 3600, 4 * 3600)
"""Seconds until the next try of a mail after its first, second ... failure; the last one counts from there on."""
TRIES = 12
SERVER_PAUSES = (60, 120, 300, 600, 900)
"""The same where the server cannot be spoken to at all."""
ALARM = 3600
"""Seconds after which a server that is away is an alarm."""
SLOW = 5
"""Seconds after which a connection that broke is taken for a server that hangs: the run ends, so that no other work waits for it."""
SLICE = 25
"""Seconds that one task sends, so that other work gets its turn; the next tick goes on."""


@dataclass(slots=True)
class Sent:
    """What came of a run."""

    sent: int = 0
    refused: int = 0
    later: int = 0
    dropped: int = 0
    failed: int = 0
    trouble: str = ""
    """Why it ended early."""

    def __str__(self) -> str:
        said = [f"{self.sent} sent", f"{self.refused} refused", f"{self.later} to be tried again", f"{self.failed} given up"]
        return ", ".join([*said, f"{self.dropped} not needed any more"])


def send_due(*, on: date | None = None, seconds: float | None = None) -> Sent:
    """Send what is to be sent now, in organizations where people work today (or on a day that is given, and then only what was due until then).

    `seconds` is when to stop and leave the rest for the next run. Nothing happens while the mail server is known to be away.
    """
    result, end = Sent(), None if seconds is None else time.monotonic() + seconds
    if wait := _away():
        result.trouble = wait
        return result
    with at_the_ledger() as ending:
        _send_all(ending, _working_places(on), on, result, end)
    return result


def _send_all(ending: Beside, places: list[int], on: date | None, result: Sent, end: float | None) -> None:
    size = BATCH
    batch = claim(ending, places, up_to=on, size=size) if places else None
    if batch is None:
        return
    mails, desk = post(), Desk()
    try:
        _open(mails)
        while batch:
            begun = time.monotonic()
            is_more = _send_batch(batch, desk, mails, result, end)
            size = _next_size(len(batch.reminders), time.monotonic() - begun)
            batch = claim(ending, places, up_to=on, size=size) if is_more else None
        MailTrouble.objects.all().delete()
    except ServerAway as away:
        if batch:
            batch.release()
        result.trouble = _note_trouble(str(away))
    except Exception:
        if batch:
            batch.release()
        raise
    finally:
        _close(mails)


def _next_size(count: int, seconds: float) -> int:
    """As many as go in AHEAD, where so many went in so many seconds."""
    return max(LEAST, min(MOST, int(AHEAD * count / max(seconds, 0.001))))


class ServerAway(Exception):
    """The mail server cannot be spoken to, or not as whom we are. The text is what it said."""


def _open(mails: Post | Elsewhere) -> None:
    try:
        mails.open()
    except (OSError, smtplib.SMTPException) as error:
        raise ServerAway(_text(error)) from error


def _close(mails: Post | Elsewhere) -> None:
    try:
        mails.close()
    except (OSError, smtplib.SMTPException):
        log.info("The connection to the mail server did not end politely.")


def _send_batch(batch: Batch, desk: Desk, mails: Post | Elsewhere, result: Sent, end: float | None) -> bool:
    """Whether to go on with another one: not when time is up, or others have taken over."""
    written = desk.write(batch.reminders)
    for reminder in batch.reminders:
        if (end is not None and time.monotonic() > end) or not batch.still_mine():
            batch.release()
            return False
        mail = written[reminder.pk]
        if isinstance(mail, Dropped):
            batch.end(reminder, Reminder.REFUSED if mail.is_refusal else Reminder.DROPPED, mail.why)
            result.refused += mail.is_refusal
            result.dropped += not mail.is_refusal
            continue
        if isinstance(mail, Unwritten):
            _later(batch, reminder, mail.why, result)
            continue
        begun = time.monotonic()
        try:
            mails.send(mail, batch.settle)
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            _answered(batch, reminder, code, _words(code, text), result)
        except (smtplib.SMTPSenderRefused, smtplib.SMTPHeloError, smtplib.SMTPNotSupportedError) as error:
            # About us, not about the person: every other mail would meet the same.
            _later(batch, reminder, _text(error), result)
            raise ServerAway(_text(error)) from error
        except smtplib.SMTPServerDisconnected as error:  # smtplib says so of a time-out too
            _later(batch, reminder, _text(error), result)
            if time.monotonic() - begun > SLOW:
                raise ServerAway(_text(error)) from error
            _again(mails)
        except smtplib.SMTPResponseException as error:
            _answered(batch, reminder, error.smtp_code, _text(error), result)
            if error.smtp_code == 421:
                _again(mails)
        except OSError as error:  # a time-out, or the net
            _later(batch, reminder, _text(error), result)
            raise ServerAway(_text(error)) from error
        except (ValueError, UnicodeError) as error:  # what cannot be put into a mail at all
            batch.end(reminder, Reminder.REFUSED, f"The mail could not be written: {error}")
            result.refused += 1
        else:
            batch.begin_end(reminder, Reminder.SENT)
            result.sent += 1
    batch.settle()
    return True


def _again(mails: Post | Elsewhere) -> None:
    _close(mails)
    mails.connection = None
    _open(mails)


def _answered(batch: Batch, reminder: Reminder, code: int, text: str, result: Sent) -> None:
    if 500 <= code < 600:
        batch.end(reminder, Reminder.REFUSED, text)
        result.refused += 1
    else:
        _later(batch, reminder, text, result)


def _later(batch: Batch, reminder: Reminder, text: str, result: Sent) -> None:
    tries = reminder.tries + 1
    if tries >= TRIES:
        batch.end(reminder, Reminder.FAILED, text, tries=tries)
        result.failed += 1
        return
    batch.put_off(reminder, text, tries=tries, pause=PAUSES[min(tries, len(PAUSES)) - 1])
    result.later += 1


def _text(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _words(error.smtp_code, error.smtp_error)
    return _words(None, str(error) or type(error).__name__)


def _words(code: int | None, text: bytes | str) -> str:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return " ".join(f"{code or ''} {said}".split())[:500]


def _working_places(on: date | None) -> list[int]:
    """Organizations that have something to send and no break or weekend today."""
    waiting = Reminder.objects.waiting().values("organization")
    places = Organization.objects.filter(pk__in=waiting).select_related("parent")
    return [place.pk for place in places if cycles.breaks_of(place).is_working(on or place.today())]


# A server that is away


def _away() -> str:
    """What is wrong, while nobody is to try; empty where one may."""
    trouble = MailTrouble.objects.filter(until__gt=Clock()).order_by("pk").first()
    return f"The mail server does not answer ({trouble.error}). It is tried again at {trouble.until:%H:%M:%S} UTC." if trouble else ""


def _note_trouble(error: str) -> str:
    with transaction.atomic():
        trouble = MailTrouble.objects.select_for_update().order_by("pk").first()
        failures = trouble.failures + 1 if trouble else 1
        pause = SERVER_PAUSES[min(failures, len(SERVER_PAUSES)) - 1]
        if trouble:
            MailTrouble.objects.filter(pk=trouble.pk).update(failures=F("failures") + 1, until=ClockIn(pause), error=error)
        else:
            MailTrouble.objects.create(until=ClockIn(pause), error=error)
    log.warning("The mail server cannot be spoken to (%s). Nothing is lost: it is tried again in %s seconds.", error, pause)
    if said := alarm():
        log.error("%s", said)
    return f"The mail server cannot be spoken to: {error}"


def alarm(now: datetime | None = None) -> str:
    """A sentence for whoever runs the installation, where the mail server has been away for an hour; else empty."""
    trouble = MailTrouble.objects.order_by("pk").first()
    if trouble is None:
        return ""
    since = trouble.since if trouble.since.tzinfo else trouble.since.replace(tzinfo=UTC)
    if ((now or timezone.now()) - since).total_seconds() < ALARM:
        return ""
    waiting = Reminder.objects.waiting().count()
    return f"No mail has gone out since {since:%Y-%m-%d %H:%M} UTC, {waiting} are waiting. The mail server says: {trouble.error}. Check EMAIL_URL."
