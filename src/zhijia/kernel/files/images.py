"""A picture drawn anew: whatever was hidden in the old file, and where it was taken, is not in the new one.

Runs in the cell. The pixels are decoded, turned as the camera was held, brought to sRGB and encoded again; nothing
else of the file that came in is written.
"""

import zipfile
import zlib
from io import BytesIO
from typing import BinaryIO

from PIL import Image, ImageCms, ImageOps

from .kinds import HEAD, Kind, Refusal

QUALITY = 88
_TAIL = 66_000
"""Bytes at the end that a zip's directory record can lie in."""
_HIDDEN = (b"<script", b"<?php", b"<html", b"%PDF-")
_SPACES = {"L": "GRAY", "CMYK": "CMYK", "RGB": "RGB"}


def wash(file: BinaryIO, target: BinaryIO, kind: Kind, *, pixels: int) -> Kind:
    """Draw the picture in `file` anew into `target`; returns what it is now. `pixels` is how many may be decoded.

    Raises Refusal: broken, pixels, polyglot or heic.
    """
    _refuse_two_in_one(file)
    image = _opened(file, kind, pixels)
    try:
        image.load()
    except (OSError, SyntaxError, ValueError, IndexError, zlib.error) as error:
        raise Refusal("broken") from error
    except MemoryError as error:
        raise Refusal("pixels") from error
    image = ImageOps.exif_transpose(image)
    clear = _has_clear_parts(image)
    image = _plain_colours(image, clear=clear)
    if clear or kind is Kind.PNG:
        image.save(target, "PNG", icc_profile=None)
        return Kind.PNG
    image.save(target, "JPEG", quality=QUALITY, icc_profile=None, comment=b"")
    return Kind.JPEG


def _opened(file: BinaryIO, kind: Kind, pixels: int) -> Image.Image:
    """The picture with its size known and no pixel decoded; one that a camera made too large is halved on the way."""
    if kind is Kind.HEIC and "HEIF" not in Image.OPEN:
        raise Refusal("heic")
    Image.MAX_IMAGE_PIXELS = None  # this process is ours, and the next lines are the limit
    file.seek(0)
    try:
        image = Image.open(file, formats=["HEIF" if kind is Kind.HEIC else kind.name])
    except (OSError, SyntaxError, ValueError, zlib.error) as error:
        raise Refusal("broken") from error
    width, height = image.size
    if width * height > pixels and kind is Kind.JPEG and width * height <= pixels * 4:
        image.draft(None, (width // 2, height // 2))
    if image.size[0] * image.size[1] > pixels:
        raise Refusal("pixels", f"{width} × {height}")
    return image


def _refuse_two_in_one(file: BinaryIO) -> None:
    """A picture that is also something that runs or unpacks was made to deceive. (What cameras add is only dropped.)"""
    file.seek(0)
    head = file.read(HEAD).lower()
    end = file.seek(0, 2)
    file.seek(max(0, end - _TAIL))
    tail = file.read().lower()
    if zipfile.is_zipfile(file) or any(mark.lower() in part for mark in _HIDDEN for part in (head, tail)):
        raise Refusal("polyglot")


def _has_clear_parts(image: Image.Image) -> bool:
    return image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info


def _plain_colours(image: Image.Image, *, clear: bool) -> Image.Image:
    """The pixels in sRGB (or grey), and nothing beside them."""
    profile = image.info.get("icc_profile")
    wanted = "RGBA" if clear else "L" if image.mode in ("1", "L") else "RGB"
    if image.mode.startswith(("I", "F")):
        image = image.convert("L")
        wanted = "L"
    if profile and not clear and _SPACES.get(image.mode):
        image = _to_srgb(image, profile)
        wanted = "L" if image.mode == "L" else "RGB"
    image = image if image.mode == wanted else image.convert(wanted)
    image.info = {}
    return image


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """The pixels as the profile means them; as they are where the profile makes no sense."""
    try:
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        if own.profile.xcolor_space.strip() != _SPACES[image.mode]:
            return image
        mode = "L" if image.mode == "L" else "RGB"
        if mode == "L":
            return image
        done = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode=mode)
        return done or image
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image
