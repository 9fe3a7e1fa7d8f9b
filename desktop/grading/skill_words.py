"""How skills, observations and signatures are told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from desktop.shell.times import instant_words
from desktop.widgets.columns import Cell
from shared.core.text import plural, text
from shared.grading.skill_rules import Standing
from shared.grading.skill_vocabulary import Judged, ObservationState, Proof, SignedBy, SkillState

Body = Mapping[str, Any]
LOOKS: dict[SkillState, tuple[str, str]] = {
    SkillState.COMPETENT: ("ok", "circle-check"),
    SkillState.SEEN: ("info", "clock"),
    SkillState.NOT_YET: ("warn", "circle-alert"),
    SkillState.NOT_SEEN: ("neu", "circle-dashed"),
}
"""Tone and icon of each state."""


def state_words(found: Standing, skill: Body) -> str:
    """Return `Competent`, `To sign`, `1 of 3`, `Not yet` or `Not seen`."""
    if found.state is SkillState.COMPETENT:
        return text("Competent")
    if found.state is SkillState.SEEN:
        if skill["proof"] == Proof.COUNT:
            return text("{n} of {needed}", n=found.seen, needed=found.needed)
        return text("To sign")
    return text("Not yet") if found.state is SkillState.NOT_YET else text("Not seen")


def state_cell(found: Standing, skill: Body) -> Cell:
    """Return the state as a badge."""
    tone, icon = LOOKS[found.state]
    return Cell(state_words(found, skill), tone, icon)


def spoken_state(found: Standing, skill: Body) -> str:
    """Return the state as a sentence's part, for screen readers and tool tips."""
    if found.state is SkillState.SEEN:
        if skill["proof"] == Proof.COUNT:
            return text("seen {n} of {needed} times", n=found.seen, needed=found.needed)
        return text("seen, waits for a signature")
    spoken = {
        SkillState.COMPETENT: text("competent"),
        SkillState.NOT_YET: text("not yet competent"),
        SkillState.NOT_SEEN: text("not seen yet"),
    }
    return spoken[found.state]


def proof_words(skill: Body) -> str:
    """Return what proves a skill."""
    if skill["proof"] == Proof.COUNT:
        n = int(skill["needed"])
        return plural("Proven by {n} observation", "Proven by {n} observations in a row", n)
    return text("Proven when an employer signs")


def judged_words(observation: Body) -> str:
    """Return what an observation says."""
    if observation["state"] == ObservationState.WITHDRAWN:
        return text("Taken back")
    return text("Competent") if observation["judged"] == Judged.COMPETENT else text("Not yet competent")


def observed_words(observation: Body, zone: tzinfo, now: datetime) -> str:
    """Return who saw it, when and where."""
    parts = (observation["observer_name"], instant_words(observation["at"], zone, now), observation["place"])
    return " · ".join(part for part in parts if part)


def signed_words(signature: Body | None) -> str:
    """Return who signed for which employer, and how; nothing without a signature."""
    if signature is None:
        return ""
    words = {"name": signature["name"], "employer": signature["employer"]}
    if signature["how"] == SignedBy.PIN:
        return text("Signed with a PIN by {name}, {employer}", **words)
    return text("Signed by hand by {name}, {employer}", **words)
