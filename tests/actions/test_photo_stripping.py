"""A photo is kept without the place where it was taken, and looks the same."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms, ImageOps
from PIL.PngImagePlugin import PngInfo

from actions.photo_stripping import stripped
from actions.photos import NoPicture
from actions.services import photos

SECRET = b"somewhere-in-Concord"
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def shot(kind: str, *, turned: int = 6, **options) -> bytes:
    """As a phone makes it: place, device and description in each way that the format has, a profile, and another picture behind the end."""
    exif = Image.Exif()
    exif[0x010F] = SECRET.decode()  # who made the camera
    exif[0x0112] = turned
    exif.get_ifd(0x8825).update({1: "N", 2: (37.0, 58.0, 40.0), 3: "W", 4: (122.0, 1.0, 51.0), 29: SECRET.decode()})
    said = {"exif": exif, "icc_profile": PROFILE, "xmp": b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>", "comment": SECRET} | options
    if kind == "png":
        said["pnginfo"] = PngInfo()
        said["pnginfo"].add_text("Comment", SECRET.decode())
        said["pnginfo"].add_itxt("XML:com.adobe.xmp", SECRET.decode())
    out = io.BytesIO()
    picture = Image.effect_mandelbrot((64, 40), (-2, -1.5, 1, 1.5), 60).convert("RGB")
    picture.save(out, kind, **said)
    return out.getvalue() + (SECRET + b"\xff\xd9" if kind == "jpeg" else b"")


@pytest.mark.parametrize(
    ("kind", "options"),
    [("jpeg", {}), ("jpeg", {"progressive": True, "quality": 95}), ("jpeg", {"restart_marker_blocks": 1}), ("png", {}), ("webp", {}),
     ("webp", {"lossless": True})],
)  # fmt: skip
def test_the_place_goes_and_the_picture_stays(kind, options):
    before = shot(kind, **options)
    assert SECRET in before
    after = stripped(before, f"image/{kind}")
    assert SECRET not in after
    was, now = Image.open(io.BytesIO(before)), Image.open(io.BytesIO(after))
    assert dict(now.getexif()) == {0x0112: 6}, "which side is up, and nothing else"
    assert now.getexif().get_ifd(0x8825) == {}
    assert "comment" not in now.info
    assert "xmp" not in now.info
    assert now.info["icc_profile"] == PROFILE
    assert ImageOps.exif_transpose(now).tobytes() == ImageOps.exif_transpose(was).tobytes()
    assert stripped(after, f"image/{kind}") == after
    assert dict(Image.open(io.BytesIO(stripped(shot(kind, turned=1), f"image/{kind}"))).getexif()) == {}


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_what_is_cut_short_is_refused(kind):
    whole = shot(kind)
    for cut in range(16, len(whole) - 30, 37):
        with pytest.raises(NoPicture, match="JPEG, PNG or WebP"):
            stripped(whole[:cut], f"image/{kind}")


def test_what_is_uploaded_is_kept_without_it(settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path
    taken = photos.take(SimpleUploadedFile("a.jpg", shot("jpeg")))
    assert SECRET not in (tmp_path / taken.kept.path).read_bytes()
