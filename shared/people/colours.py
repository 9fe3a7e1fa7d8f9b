"""An institute's own colour: dark enough for white letters, and the nearest one that is."""

import colorsys
import re

from shared.core.text import text

DEFAULT_ACCENT = "#3350c4"
LEAST_CONTRAST = 4.5
"""Between the colour and white, so that white letters on it and its letters on white can be read (WCAG 2.2 AA)."""
_HEX = re.compile(r"#[0-9a-f]{6}")
_STEPS = 200


def contrast(one: str, other: str = "#ffffff") -> float:
    """Return how two colours (`#rrggbb`) stand out from each other, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _parts(colour)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def is_colour(value: str) -> bool:
    """Tell whether it is a colour as it is kept: `#rrggbb` in small letters."""
    return _HEX.fullmatch(value) is not None


def nearest_accent(colour: str) -> str:
    """Return the colour itself, or the lightest of its hue and strength that keeps the contrast."""
    if contrast(colour) >= LEAST_CONTRAST:
        return colour
    hue, light, strength = colorsys.rgb_to_hls(*_parts(colour))
    darker = (_written(*colorsys.hls_to_rgb(hue, light * step / _STEPS, strength)) for step in range(_STEPS, -1, -1))
    return next(one for one in darker if contrast(one) >= LEAST_CONTRAST)  # black at the latest


def _written(red: float, green: float, blue: float) -> str:
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"


def accent_error(colour: str) -> str | None:
    """Return the sentence for what can't be an institute's colour, or None."""
    if not is_colour(colour):
        if not colour:
            return text("Enter a colour, like #146c3f.")
        return text("{value} is not a colour. Write it like #146c3f.", value=colour[:60])
    if contrast(colour) < LEAST_CONTRAST:
        nearest = nearest_accent(colour)
        return text("White letters can't be read on {value}. {nearest} is the nearest that works.", value=colour,
                    nearest=nearest)  # fmt: skip
    return None
