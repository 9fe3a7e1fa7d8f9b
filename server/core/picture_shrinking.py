"""Makes a small picture of a picture: upright, of its pixels alone, and never of one that would fill the memory."""

import logging
from io import BytesIO
from typing import Any, BinaryIO

from shared.core.file_contents import HEAD_BYTES
from shared.core.picture_size import pixels

MOST_SIDE = 320
"""Px of the longer side: enough for a tile of 160 px on a fine screen."""
MOST_BYTES = 48_000
MOST_PIXELS = 50_000_000
"""What is unpacked at most: 50 million are 200 MB, and every telephone's picture has fewer."""
_FORMATS = {"png": "PNG", "jpeg": "JPEG", "gif": "GIF", "webp": "WEBP"}
PICTURES = frozenset(_FORMATS)
_QUALITIES = (80, 60, 40, 20)
_PLAIN = frozenset({"L", "RGB", "RGBA"})
"""Modes that are made smaller as they are; others are turned into these first."""
_WHITE = (255, 255, 255)
_log = logging.getLogger(__name__)


def shrunk(kind: str, file: BinaryIO) -> bytes | None:
    """Return a JPEG of at most 320 px a side and 48 KB; None for what can't be read or is too large to be unpacked.

    `kind` is the type word that the upload was taken as: no other format is tried. What a camera notes beside the
    picture (where, when, with what) turns it upright and isn't kept.
    """
    size = pixels(kind, file.read(HEAD_BYTES))
    if not 0 < size <= MOST_PIXELS:
        return None
    file.seek(0)
    from PIL import Image  # noqa: PLC0415 - only the job that makes small pictures waits for it

    try:
        with Image.open(file, formats=(_FORMATS[kind],)) as opened:
            # The library may see another size than we did, in a file that is made to be seen so.
            if opened.width * opened.height > MOST_PIXELS:
                return None
            return _packed(_small(opened))
    except Exception as problem:  # noqa: BLE001 - whatever a hostile picture breaks, it just has no small one
        _log.info("A picture has no small one: %s", type(problem).__name__)
        return None


def _small(opened: Any) -> Any:
    from PIL import Image, ImageOps  # noqa: PLC0415 - as above

    image = opened
    if image.mode == "I;16":
        image = image.point(lambda value: value / 256).convert("L")
    elif image.mode not in _PLAIN or "transparency" in image.info:
        image.draft("RGB", (MOST_SIDE, MOST_SIDE))
        image = image.convert("RGBA")
    # Small first: turning and blending is then done on few pixels.
    image.thumbnail((MOST_SIDE, MOST_SIDE), reducing_gap=2.0)
    image = ImageOps.exif_transpose(image).convert("RGBA")
    # A new picture: nothing that stood beside the pixels comes along.
    clean = Image.new("RGB", image.size, _WHITE)
    clean.paste(image, mask=image.getchannel("A"))
    return clean


def _packed(image: Any) -> bytes | None:
    for quality in _QUALITIES:
        out = BytesIO()
        image.save(out, "JPEG", quality=quality, optimize=True)
        if out.tell() <= MOST_BYTES:
            return out.getvalue()
    return None
