"""Rows of marking as both sides know them, for tests of the rules."""

from typing import Any

from shared.core.command import Command
from shared.core.ids import derived_id

DUE, CUTOFF = "2026-11-20T17:00:00.000Z", "2026-11-22T17:00:00.000Z"
ASSIGNMENT, COHORT, ENROLMENT, PERSON = (derived_id("test", one) for one in ("work", "cohort", "enrolment", "person"))


def work(**more: Any) -> dict[str, Any]:
    """An open assignment of 50 points, due on the Friday at 17:00, that takes files and text."""
    return {
        "id": ASSIGNMENT,
        "revision": ASSIGNMENT,
        "cohort_id": COHORT,
        "title": "Portraits",
        "instructions": "",
        "work_kind": "handed_in",
        "takes": ["file", "text"],
        "points": "50",
        "opens_at": None,
        "due_at": DUE,
        "cutoff_at": None,
        "allowed_types": [],
        "most_files": 5,
        "most_bytes": 52_428_800,
        "most_attempts": 0,
        "late": {"kind": "none", "amount": "0", "grace_minutes": 0, "floor_percent": "0"},
        "rubric_version_id": None,
        "category_id": "",
        "anonymous": False,
        "hold_marks": True,
        "extra_credit": False,
        "attachments": [],
        "position": 0,
        "state": "open",
        "shown": True,
        **more,
    }


def attempt(number: int = 1, state: str = "submitted", at: str | None = "2026-11-20T16:00:00.000Z") -> dict[str, Any]:
    """An attempt at it, handed in an hour before it was due."""
    return {"id": derived_id("attempt", str(number)), "attempt": number, "state": state, "handed_in_at": at}


def file(name: str = "a.pdf", size: int = 100, kind: str = "") -> dict[str, Any]:
    """A file of a hand-in."""
    return {"sha256": "0" * 64, "name": name, "bytes": size, "type": kind}


def judged(score: str | None = "40", **more: Any) -> dict[str, Any]:
    """A finished judgement."""
    return {"status": "marked", "score": score, "levels": [], "feedback": "", "finished": True, **more}


def level(name: str, low: str, high: str) -> dict[str, Any]:
    """A level of a criterion."""
    return {"id": f"{name}-id", "name": name, "note": "", "low": low, "high": high}


def criterion(name: str, *levels: dict[str, Any]) -> dict[str, Any]:
    """A criterion of a rubric."""
    return {"id": f"{name}-id", "name": name, "note": "", "levels": list(levels)}


LIGHT = criterion("Light", level("weak", "0", "9.5"), level("good", "10", "20"))
IDEA = criterion("Idea", level("thin", "0", "15"), level("strong", "16", "30"))
RUBRIC = [LIGHT, IDEA]


def given(of: str, name: str, points: str) -> dict[str, Any]:
    """A level that was given."""
    return {"criterion_id": f"{of}-id", "level_id": f"{name}-id", "points": points, "note": ""}


def command(kind: str, target: str, payload: dict[str, Any], number: int = 1, **more: Any) -> Command:
    """A command of one device."""
    fields = {
        "id": derived_id("command", str(number)),
        "device_id": derived_id("device"),
        "install_epoch": 1,
        "device_seq": number,
        "type": kind,
        "type_version": 1,
        "target_id": target,
        "payload": payload,
        "observed_at": "2026-11-20T09:00:00Z",
    }
    return Command.model_validate(fields | more)
