"""Words on paper, the same on both sides: the bundled fonts in PDF, and words that shrink until they fit."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar

REGULAR, BOLD = "Campus", "CampusBold"
_FILES = {
    REGULAR: ("Inter-Regular.ttf", "NotoSans-Regular.ttf"),
    BOLD: ("Inter-SemiBold.ttf", "NotoSans-Bold.ttf"),
}
_FONTS = __file__.replace("\\", "/").rsplit("/", 3)[0] + "/resources/fonts"
"""Beside this package, in a source tree and in a packaged program alike."""
_CUT = "…"
_STEP = 0.25
_ALONE = threading.RLock()
P = ParamSpec("P")
T = TypeVar("T")


def alone(draw: Callable[P, T]) -> Callable[P, T]:
    """Let one paper be drawn at a time: the library reads a font's file by a place that all its papers share."""

    @wraps(draw)
    def drawn(*args: P.args, **more: P.kwargs) -> T:
        with _ALONE:
            return draw(*args, **more)

    return drawn


@cache
def _register() -> dict[str, tuple[str, Any, str]]:
    """Register the fonts once; returns for each its own name, its letters, and the one for other scripts."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    found: dict[str, tuple[str, Any, str]] = {}
    for name, (own, other) in _FILES.items():
        usual = TTFont(name, f"{_FONTS}/{own}")
        pdfmetrics.registerFont(usual)
        pdfmetrics.registerFont(TTFont(f"{name}Wide", f"{_FONTS}/{other}"))
        found[name] = (name, usual.face.charToGlyph, f"{name}Wide")
    return found


def font_for(text: str, name: str) -> str:
    """Return the font that has every letter of `text`: the usual one, else the one for other scripts."""
    own, letters, wide = _register()[name]
    return own if all(ord(letter) in letters for letter in text) else wide


def width_of(text: str, font: str, size: float) -> float:
    """Return the width in points."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return float(stringWidth(text, font, size))


def fit(text: str, name: str, size: float, least: float, room: float) -> tuple[str, str, float]:
    """Return (text, font, size) that fits into `room` points: smaller down to `least`, then cut."""
    font = font_for(text, name)
    while size > least and width_of(text, font, size) > room:
        size = max(least, size - _STEP)
    if width_of(text, font, size) <= room:
        return text, font, size
    font = font_for(text + _CUT, name)
    kept = text
    while kept and width_of(kept.rstrip() + _CUT, font, size) > room:
        kept = kept[:-1]
    return kept.rstrip() + _CUT, font, size
