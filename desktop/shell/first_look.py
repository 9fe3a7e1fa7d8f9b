"""How the first window looks, read from the settings file before anything heavy is loaded."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs

from desktop.widgets.theme import Scheme, theme

_FILE = "settings.json"


def usual_folder() -> Path:
    """Return the folder of the settings file for the person at this computer."""
    return platformdirs.user_config_path("Campusdesk", appauthor=False)


@dataclass(frozen=True)
class FirstLook:
    """What the settings say about the look, and the institute signed in to last; anything odd counts as not set."""

    theme: str = "system"
    text_size: int = 100
    high_contrast: bool | None = None
    reduced_motion: bool | None = None
    institute: str = ""

    @classmethod
    def read(cls, folder: Path, scheme: str | None = None) -> FirstLook:
        """Return the look kept in `folder`; `scheme` replaces the theme."""
        try:
            told = json.loads((folder / _FILE).read_bytes())
        except (OSError, ValueError):
            told = {}
        told = told if isinstance(told, dict) else {}
        kept = str(told.get("theme"))
        size = told.get("text_size")
        return cls(
            theme=scheme or (kept if kept in set(Scheme) else "system"),
            text_size=size if isinstance(size, int) else 100,
            high_contrast=_flag(told.get("high_contrast")),
            reduced_motion=_flag(told.get("reduced_motion")),
            institute=_last_institute(told),
        )

    def apply(self) -> None:
        """Put the look on the application."""
        look = theme()  # applies the system's look by itself
        if self == FirstLook(institute=self.institute):
            return
        look.apply(
            Scheme(self.theme),
            scale=self.text_size,
            high_contrast=self.high_contrast,
            reduced_motion=self.reduced_motion,
        )


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _last_institute(told: dict[str, Any]) -> str:
    servers = told.get("servers")
    known = [one for one in servers if isinstance(one, dict)] if isinstance(servers, list) else []
    return next((str(one.get("name") or "") for one in known if one.get("url") == told.get("last_server")), "")
