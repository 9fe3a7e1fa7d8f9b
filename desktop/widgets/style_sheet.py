"""Fills the application's one style sheet with the values of the tokens in force."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from PySide6.QtGui import QColor

from desktop.widgets.tokens import Tokens, resource_path

# @{text} is a colour, @{px 32} a length scaled with the text, @{type small} a size and weight, @{radius card} a radius.
_PLACE = re.compile(r"@\{(?:(px|type|radius) )?([\w.-]+)\}")


@cache
def _template() -> str:
    return resource_path("styles", "campusdesk.qss").read_text(encoding="utf-8")


def render_style_sheet(tokens: Tokens, colour: Callable[[str], QColor], px: Callable[[float], int]) -> str:
    """Return the style sheet for these tokens; KeyError when the template names an unknown token."""

    def value(match: re.Match[str]) -> str:
        kind, name = match.groups()
        if kind == "px":
            return f"{px(float(name))}px"
        if kind == "radius":
            return f"{tokens.radii[name]}px"
        if kind == "type":
            step = tokens.type_steps[name]
            families = tokens.display_families if step.size >= tokens.display_from else tokens.text_families
            names = ", ".join(f'"{family}"' for family in families)
            return f"font-family: {names}; font-size: {px(step.size)}px; font-weight: {step.weight}"
        return colour(name).name(QColor.NameFormat.HexArgb)

    return _PLACE.sub(value, _template())
