"""What people do with skills: keep them, record what they saw, let employers sign, take an observation back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.core.desk import Desk
from desktop.core.file_transfer import Chosen
from desktop.core.outbox import Ask
from desktop.people.actions import Done
from shared.core.command import MAX_TARGETS, Target
from shared.core.errors import CampusError
from shared.core.text import plural, text
from shared.grading.skill_models import MOST_PHOTOS, PHOTO_BYTES
from shared.grading.skill_rules import may_edit_skills, may_keep_supervisors, may_observe, may_withdraw
from shared.grading.skill_vocabulary import Judged, ObservationState, Proof, SignedBy

Body = Mapping[str, Any]
_SKILL_FIELDS = ("name", "seen", "heading", "position", "proof", "needed")
PICTURES = frozenset({"jpeg", "png"})


def save_skill(desk: Desk, course_id: str, shown: Body | None, wanted: Body) -> Done | None:
    """Keep a skill; None where nothing differs. Raises CampusError `not_allowed`, `name_missing`, `needed_invalid`."""
    if not may_edit_skills(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't set what a course teaches. Ask the office."))
    kept = {**_defaults(shown), **wanted}
    kept.update({name: str(kept[name]).strip() for name in ("name", "seen", "heading")})
    if not kept["name"]:
        raise CampusError("name_missing", text("Enter what students learn to do."))
    if not 1 <= int(kept["needed"]) <= 20:
        raise CampusError("needed_invalid", text("Between 1 and 20 observations can be asked for."))
    if shown is not None and all(shown[name] == kept[name] for name in _SKILL_FIELDS) and not kept.get("removed"):
        return None
    target, base = (desk.ids(), None) if shown is None else (shown["id"], shown["revision"])
    (command,) = desk.commit([Ask("SaveSkill", target, {"course_id": course_id, **kept}, base=base)])
    before = {"course_id": course_id, **(_defaults(shown) if shown else kept), "removed": shown is None}
    undo = Ask("SaveSkill", target, before, base=command.id)
    words = (
        text("{name} taken off", name=kept["name"]) if kept.get("removed") else text("{name} kept", name=kept["name"])
    )
    return Done(words, (undo,), target)


def _defaults(shown: Body | None) -> dict[str, Any]:
    if shown is not None:
        return {name: shown[name] for name in _SKILL_FIELDS}
    return {"name": "", "seen": "", "heading": "", "position": 0, "proof": str(Proof.SIGNED), "needed": 1}


def save_supervisor(
    desk: Desk, shown: Body | None, employer: str, name: str, verifier: str, *, removed: bool = False
) -> Done:
    """Keep someone who signs with a PIN. Raises CampusError `not_allowed`, `name_missing`, `employer_missing`."""
    if not may_keep_supervisors(desk.actor):
        raise CampusError("not_allowed", text("Those who mark work keep the list of who signs. Ask the office."))
    if not name.strip():
        raise CampusError("name_missing", text("Enter the name of whoever signs."))
    if not employer.strip():
        raise CampusError("employer_missing", text("Enter the employer."))
    target, base = (desk.ids(), None) if shown is None else (shown["id"], shown["revision"])
    payload = {"employer": employer.strip(), "name": name.strip(), "verifier": verifier, "removed": removed}
    (command,) = desk.commit([Ask("SaveSupervisor", target, payload, base=base)])
    before = {**payload, "removed": True}
    if shown is not None:
        before = {part: shown[part] for part in ("employer", "name", "verifier")}
    undo = Ask("SaveSupervisor", target, before, base=command.id)
    words = text("{name} taken off the list", name=name) if removed else text("{name} can sign now", name=name)
    return Done(words, (undo,), target)


@dataclass(frozen=True)
class Seen:
    """What someone saw; `files` are photos that `keep_picture` gave, `signature` what `pin_signature` or so gave."""

    judged: Judged
    note: str = ""
    place: str = ""
    files: tuple[Body, ...] = ()
    signature: Body | None = None


def record_observation(desk: Desk, cohort_id: str, enrolment_id: str, skill: Body, seen: Seen) -> Done:
    """Record what was seen; the photos follow. Raises CampusError `not_allowed`, `too_many_photos`."""
    _check(desk, cohort_id)
    if len(seen.files) > MOST_PHOTOS:
        message = text("An observation has at most {n} photos. Remove some.", n=MOST_PHOTOS)
        raise CampusError("too_many_photos", message)
    signature = seen.signature
    # The files are on their way before a row names them: a crash between leaves nothing that never comes.
    send_files(desk, [*seen.files, *([signature["file"]] if signature and signature["file"] else [])])
    payload = {
        "skill_id": skill["id"],
        "enrolment_id": enrolment_id,
        "judged": str(seen.judged),
        "note": seen.note.strip(),
        "place": seen.place.strip(),
        "files": [dict(one) for one in seen.files],
        "signature": None if signature is None else dict(signature),
        **_author(desk),
    }
    target = desk.ids()
    (command,) = desk.commit([Ask("RecordSkillObservation", target, payload)])
    back = Ask("WithdrawSkillObservation", target, {"reason": text("Taken back at once"), **_author(desk)}, command.id)
    words = text("Competent: {skill}", skill=skill["name"])
    if seen.judged is Judged.NOT_YET:
        words = text("Not yet competent: {skill}", skill=skill["name"])
    return Done(words, (back,), target)


def sign_observations(desk: Desk, cohort_id: str, observations: Sequence[Body], signature: Body) -> Done:
    """Let an employer sign for what was seen. Raises CampusError `not_allowed`, `nothing_to_sign`.

    A signature isn't taken back: the observation that it stands on is.
    """
    _check(desk, cohort_id)
    open_ones = [one for one in observations if not one["signature"] and one["state"] == ObservationState.KEPT]
    if not open_ones:
        raise CampusError("nothing_to_sign", text("Everything that was seen is signed already."))
    if signature["file"]:
        send_files(desk, [signature["file"]])
    payload = {"signature": dict(signature), **_author(desk)}
    asks = []
    for start in range(0, len(open_ones), MAX_TARGETS):
        first, *rest = open_ones[start : start + MAX_TARGETS]
        more = tuple(Target(id=one["id"], base=one["revision"]) for one in rest)
        asks.append(Ask("SignSkillObservations", first["id"], payload, first["revision"], more))
    desk.commit(asks)
    name = str(signature["name"])
    return Done(plural("{name} signed for it", "{name} signed for {n} observations", len(open_ones), name=name))


def withdraw(desk: Desk, observation: Body, reason: str) -> Done:
    """Take an observation back; it is kept, and counts nowhere. Raises CampusError `not_allowed`, `reason_missing`."""
    if not may_withdraw(desk.actor, observation):
        words = text("An observation is taken back by whoever made it, or by the office.")
        raise CampusError("not_allowed", words)
    if not reason.strip():
        raise CampusError("reason_missing", text("Say why it is taken back."))
    payload = {"reason": reason.strip(), **_author(desk)}
    ask = Ask("WithdrawSkillObservation", observation["id"], payload, base=observation["revision"])
    (command,) = desk.commit([ask])
    back = Ask("WithdrawSkillObservation", observation["id"], {"back": True}, base=command.id)
    return Done(text("Taken back"), (back,), observation["id"])


def pin_signature(supervisor: Body) -> dict[str, Any]:
    """Return the signature of someone whose PIN was right."""
    who = {"name": supervisor["name"], "employer": supervisor["employer"]}
    return {"how": str(SignedBy.PIN), **who, "supervisor_id": supervisor["id"], "file": None}


def drawn_signature(desk: Desk, name: str, employer: str, png: bytes) -> dict[str, Any]:
    """Return the signature that was drawn, kept as a file. Raises CampusError `name_missing`, `employer_missing`."""
    if not name.strip():
        raise CampusError("name_missing", text("Enter the name of whoever signs."))
    if not employer.strip():
        raise CampusError("employer_missing", text("Enter the employer."))
    file = keep_picture(desk, "signature.png", png)
    who = {"name": name.strip(), "employer": employer.strip()}
    return {"how": str(SignedBy.DRAWN), **who, "supervisor_id": None, "file": file}


def keep_picture(desk: Desk, name: str, content: bytes) -> dict[str, Any]:
    """Keep a picture on this computer; returns what commands name it by. Raises CampusError `no_server`."""
    if desk.files is None:
        raise CampusError("no_server", text("No server is known to this computer. Sign in to one first."))
    chosen = desk.files.choose_content(name, content, PICTURES, PHOTO_BYTES)
    return {"sha256": chosen.sha256, "name": chosen.name, "bytes": chosen.bytes, "type": chosen.type}


def send_files(desk: Desk, files: Sequence[Body]) -> None:
    """Send files that are kept here."""
    if desk.files is not None:
        desk.files.send([Chosen(one["sha256"], one["name"], one["bytes"], one["type"]) for one in files])


def _check(desk: Desk, cohort_id: str) -> None:
    if not may_observe(desk.actor, cohort_id):
        words = text("Whoever teaches this class records what its students can do. Ask the office.")
        raise CampusError("not_allowed", words)


def _author(desk: Desk) -> dict[str, str]:
    return {"author_id": desk.actor.person_id, "author_name": desk.actor.name}
