"""Reads the design tokens: the single source of every colour, size and type step."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

SchemeName = Literal["light", "dark"]
_ROOT = Path(getattr(sys, "_MEIPASS", Path(__file__).resolve().parents[2]))


def resource_path(*parts: str) -> Path:
    """Return the path of a file under ``resources``, in a source tree and in a packaged program alike."""
    return _ROOT.joinpath("resources", *parts)


@dataclass(frozen=True, slots=True)
class TypeStep:
    """One step of the type scale: size in px at 100 %, weight from 400 to 700."""

    size: int
    weight: int


@dataclass(frozen=True, slots=True)
class ContrastPair:
    """A colour that has to be read on another one, and the ratio that WCAG 2.2 AA asks for."""

    mark: str
    on: str
    needs: float


@dataclass(frozen=True, slots=True)
class Tokens:
    """All tokens; colours are flat names (``text``, ``ok.fill``, ``initials.3.text``, ``heat.0``) by scheme."""

    colours: dict[SchemeName, dict[str, str]]
    tones: tuple[str, ...]
    type_steps: dict[str, TypeStep]
    text_families: tuple[str, ...]
    display_families: tuple[str, ...]
    display_from: int
    spaces: tuple[int, ...]
    radii: dict[str, int]
    sizes: dict[str, float]
    motion: dict[str, int]
    initials_count: int
    contrast: tuple[ContrastPair, ...]


def _flatten(raw: dict[str, Any], scheme: SchemeName) -> dict[str, str]:
    flat = {name: value[scheme] for name, value in raw["colour"].items()}
    for tone, parts in raw["tone"].items():
        flat.update({f"{tone}.{part}": value[scheme] for part, value in parts.items()})
    for index, pair in enumerate(raw["initials"]):
        flat.update({f"initials.{index}.{part}": value[scheme] for part, value in pair.items()})
    for name, value in raw["chart"].items():
        if isinstance(value[scheme], list):
            flat.update({f"{name}.{step}": colour for step, colour in enumerate(value[scheme])})
        else:
            flat[name] = value[scheme]
    return flat


def load_tokens(path: Path | None = None) -> Tokens:
    """Read the token file; raises OSError or KeyError when it is missing or incomplete."""
    raw = json.loads((path or resource_path("styles", "tokens.json")).read_text(encoding="utf-8"))
    return Tokens(
        colours={"light": _flatten(raw, "light"), "dark": _flatten(raw, "dark")},
        tones=tuple(raw["tone"]),
        type_steps={name: TypeStep(**step) for name, step in raw["type"].items()},
        text_families=tuple(raw["family"]["text"]),
        display_families=tuple(raw["family"]["display"]),
        display_from=raw["family"]["display-from"],
        spaces=tuple(raw["space"]),
        radii=raw["radius"],
        sizes=raw["size"],
        motion=raw["motion"],
        initials_count=len(raw["initials"]),
        contrast=tuple(ContrastPair(**pair) for pair in raw["contrast"]),
    )
