"""The door for photos: checked by their own bytes, kept below UPLOAD_DIR outside of the web root, and given to staff alone."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts import audit
from accounts.audit import Press
from accounts.models import StoredFile
from accounts.uploads import Kept, UploadRefused, keep
from actions.models import ActionStep, StatusUpdate, StepPhoto
from actions.photo_stripping import stripped
from actions.photos import NoPicture, Picture, picture_of

MOST_MB = 12
FOLDER = "photos"


@dataclass(frozen=True, slots=True)
class Taken:
    """A photo on disk that no row speaks of yet."""

    kept: Kept
    picture: Picture
    name: str


def take(file: UploadedFile) -> Taken:
    """Look at a photo and keep it, without what the camera wrote beside it, such as the place. Raises ValidationError with a sentence. What no row speaks of in the end is removed by the sweeper."""
    if (file.size or 0) > MOST_MB * 2**20:
        raise ValidationError({"photo": f"The photo is larger than {MOST_MB} MB, so it was not taken. Choose a smaller one."})
    data = file.read()
    try:
        picture = picture_of(data)
        kept = keep([stripped(data, picture.content_type)], folder=FOLDER)
    except (NoPicture, UploadRefused) as error:
        raise ValidationError({"photo": str(error)}) from error
    return Taken(kept, picture, (file.name or "photo")[-255:])


@transaction.atomic
def add_photo(*, step: ActionStep, press: Press, taken: Taken, update: StatusUpdate | None = None) -> StepPhoto:
    """Put a photo beside a step, with the update that it came with. The same press twice is one photo."""
    if press.by is None:
        raise ValueError("a photo is somebody's")
    ActionStep.objects.select_for_update(of=("self",)).get(pk=step.pk)
    if before := StepPhoto.objects.filter(step=step, press=press.id).first():
        return before
    organization, kept, picture = step.plan.organization, taken.kept, taken.picture
    file = StoredFile.objects.create(
        organization=organization, name=taken.name, path=kept.path, size=kept.size, sha256=kept.sha256, by=press.by
    )
    photo = StepPhoto.objects.create(
        step=step,
        update=update,
        file=file,
        content_type=picture.content_type,
        width=picture.width,
        height=picture.height,
        as_of=organization.today(),
        by=press.by,
        channel=press.channel,
        press=press.id,
    )
    audit.record(press=press, verb="add photo", what=photo, organization=organization, new={"step": step.pk, "sha256": kept.sha256})
    return photo
