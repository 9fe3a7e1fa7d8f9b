"""The one error that means: tell the person."""

from collections.abc import Mapping
from typing import Any


class CampusError(Exception):
    """Something that a person must be told; every other exception is a crash.

    `code` is a stable snake_case word for programs, `message` a translated sentence for people (what happened, what is
    safe, what to do), `details` JSON-ready facts for both.
    """

    def __init__(self, code: str, message: str, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details: dict[str, Any] = dict(details or {})

    def __repr__(self) -> str:
        return f"CampusError({self.code!r}, {self.message!r})"
