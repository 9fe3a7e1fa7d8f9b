"""Worked examples of one mark: what each step meets, and what counts in the end, in the order of acceptance."""

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.attendance import rules, scans
from shared.attendance.vocabulary import AttendanceState

SESSION = {
    "id": "11111111-1111-4111-8111-111111111111",
    "cohort_id": "c",
    "starts_at": "2026-11-20T08:30:00.000Z",
    "ends_at": "2026-11-20T10:00:00.000Z",
}
LEAVE = {
    "id": "leave", "revision": "r", "person_id": "p", "cohort_id": None, "state": "approved", "kind": "leave",
    "starts_at": "2026-11-20T00:00:00.000Z", "ends_at": "2026-11-21T00:00:00.000Z", "reason": "A funeral",
    "decided_by": "office", "decided_by_name": "Grace", "decided_at": "2026-11-19T10:00:00.000Z",
}  # fmt: skip
EXCUSE = rules.excuse(LEAVE, SESSION, "e") or {}


@dataclass(frozen=True)
class Step:
    """What someone says: `seen` are the steps (or the excuse) on the screen before; `by` is who or which reader."""

    name: str
    state: str
    by: str = "Ama"
    method: str = "hand"
    seen: tuple[str, ...] = ()
    minutes: int | None = None
    office: bool = False
    meets: str = "applied"


@dataclass(frozen=True)
class Story:
    """Steps as the server accepts them, whether leave was approved, and the mark and disagreement in the end."""

    steps: tuple[Step, ...]
    state: str
    minutes: int | None = None
    from_step: str = ""
    disputed: bool = False
    excused: bool = False


A_CARD: dict[str, Any] = {"by": "door", "method": "card"}
B_CARD: dict[str, Any] = {"by": "tablet", "method": "camera"}
STORIES = {
    "the same card twice on one reader": Story(
        (Step("one", "present", **A_CARD), Step("two", "present", **A_CARD, meets="already")), "present",
        from_step="one",
    ),
    "the same card again when it has become late": Story(
        (Step("one", "present", **A_CARD), Step("two", "late", minutes=14, **A_CARD, meets="already")), "present",
        from_step="one",
    ),
    "two devices scan the same student, both offline": Story(
        (Step("one", "present", **A_CARD), Step("two", "present", **B_CARD, meets="agreed")), "present",
        from_step="one",
    ),
    "two devices whose clocks tell present and late: the first accepted stands, nobody is asked": Story(
        (Step("one", "late", minutes=3, **B_CARD), Step("two", "present", **A_CARD)), "late", 3, "one",
    ),
    "a kiosk and a class code": Story(
        (Step("one", "present", by="kiosk", method="kiosk"),
         Step("two", "present", by="student", method="code", meets="agreed")), "present", from_step="one",
    ),
    "a scan against a hand-made mark that it didn't know": Story(
        (Step("hand", "absent"), Step("scan", "present", **A_CARD)), "absent", from_step="hand",
    ),
    "a hand-made mark against a scan that it didn't know": Story(
        (Step("scan", "present", **A_CARD), Step("hand", "absent")), "absent", from_step="hand",
    ),
    "a scan beside the mark of somebody who left early": Story(
        (Step("hand", "left_early", minutes=20), Step("scan", "present", **A_CARD, meets="already")), "left_early", 20,
        "hand",
    ),
    "a scan, then the roll with the scan on the screen": Story(
        (Step("scan", "late", minutes=12, **A_CARD), Step("hand", "late", minutes=5, seen=("scan",))), "late", 5,
        "hand",
    ),
    "the hand-made mark is taken back: the scan before it stands again": Story(
        (Step("scan", "present", **A_CARD), Step("hand", "absent"), Step("back", "none", seen=("hand",))), "present",
        from_step="scan",
    ),
    "an excuse known in advance: the register opens with it": Story((), "excused", from_step="excuse", excused=True),
    "an excuse known in advance and an absence marked without knowing it": Story(
        (Step("hand", "absent"),), "excused", from_step="excuse", excused=True,
    ),
    "an excuse known in advance and a scan": Story(
        (Step("scan", "present", **A_CARD, meets="beside"),), "excused", from_step="excuse", excused=True,
    ),
    "an excuse known in advance, a scan, and the same card again": Story(
        (Step("scan", "present", **A_CARD, meets="beside"), Step("two", "present", **A_CARD, meets="already")),
        "excused", from_step="excuse", excused=True,
    ),
    "the student came all the same, and whoever takes the roll saw the excuse": Story(
        (Step("hand", "present", seen=("excuse",)),), "present", from_step="hand", excused=True,
    ),
    "came all the same, taken back to what stood before": Story(
        (Step("hand", "present", seen=("excuse",)), Step("back", "excused", seen=("hand",))), "excused",
        from_step="back", excused=True,
    ),
    "leave approved after the register was taken": Story(
        (Step("hand", "absent"), Step("done", "absent", by="Kofi", meets="agreed")), "excused", from_step="excuse",
        excused=True,
    ),
    "an excuse entered by hand in the office and leave approved beside it": Story(
        (Step("paper", "excused", by="Grace", method="excuse", office=True),), "excused", from_step="paper",
        excused=True,
    ),
    "a register taken twice offline by two people who agree": Story(
        (Step("ama", "absent"), Step("kofi", "absent", by="Kofi", meets="agreed")), "absent", from_step="ama",
    ),
    "a register taken twice offline by two people who differ": Story(
        (Step("ama", "absent"), Step("kofi", "present", by="Kofi", meets="conflict")), "absent", from_step="ama",
        disputed=True,
    ),
    "taken twice and differing in minutes only": Story(
        (Step("ama", "late", minutes=5), Step("kofi", "late", minutes=9, by="Kofi", meets="conflict")), "late", 5,
        "ama", disputed=True,
    ),
    "taken twice, then one of the two looks at both and decides": Story(
        (Step("ama", "absent"), Step("kofi", "present", by="Kofi", meets="conflict"),
         Step("end", "late", minutes=2, seen=("ama", "kofi"), meets="settles")), "late", 2, "end",
    ),
    "taken twice and differing, while leave was approved: the excuse counts, both sides stay": Story(
        (Step("ama", "absent"), Step("kofi", "present", by="Kofi", meets="conflict")), "excused", from_step="excuse",
        excused=True,
    ),
    "the office corrects without seeing the roll": Story(
        (Step("ama", "absent"), Step("desk", "present", by="Grace", office=True, meets="conflict")), "absent",
        from_step="ama", disputed=True,
    ),
    "the office corrects what it saw": Story(
        (Step("ama", "absent"), Step("desk", "present", by="Grace", office=True, seen=("ama",))), "present",
        from_step="desk",
    ),
    "a printed sheet keyed in beside the roll": Story(
        (Step("ama", "present"), Step("sheet", "absent", by="Grace", method="sheet", meets="conflict")), "present",
        from_step="ama", disputed=True,
    ),
    "a time clock beside the roll": Story(
        (Step("clock", "late", minutes=9, method="clock"), Step("ama", "present")), "present", from_step="ama",
    ),
}  # fmt: skip


def said(step: Step, place: int) -> dict[str, Any]:
    """The observation that a step leaves on the server."""
    names = [EXCUSE["id"] if one == "excuse" else one for one in step.seen]
    return {
        "id": step.name, "state": step.state, "minutes": step.minutes, "method": step.method, "office": step.office,
        "supersedes": names, "author_id": step.by, "ordinal": place, "observed_at": f"2026-11-20T08:{place:02}:00.000Z",
    }  # fmt: skip


def what_it_meets(step: Step, before: list[dict[str, Any]]) -> str:
    """What happens to a step: a reader asks before it writes, the server judges what is written."""
    standing = tuple(rules.unsuperseded(before))
    if step.method in ("card", "camera", "kiosk"):
        met = scans.meet(rules.effective(before), standing)
        # What another device scanned offline isn't known here; only the same reader knows.
        own = any(one["author_id"] == step.by for one in before)
        hand = any(rules.rank(one) == rules.BY_HAND and one["state"] == "left_early" for one in standing)
        if not met.makes_entry and (own or hand):
            return "already"
    stored = [one for one in before if not rules.is_derived(one)]
    judged = rules.judge(rules.unsuperseded(stored), said(step, len(before) + 1))
    if judged.rivals:
        return "conflict"
    if judged.settles:
        return "settles"
    if judged.agreed:
        return "agreed"
    return "beside" if any(map(rules.is_derived, before)) and step.method == "card" else "applied"


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES.keys())
def test_what_counts_in_the_end(story: Story) -> None:
    excuses = rules.Excuses([LEAVE] if story.excused else []).of("p", "e", SESSION)
    made: list[dict[str, Any]] = []
    for step in story.steps:
        met = what_it_meets(step, [*made, *excuses])
        assert met == step.meets, step.name
        if met != "already":  # and so a second scan leaves no second entry
            made.append(said(step, len(made) + 1))
    mark = rules.effective([*made, *excuses])
    assert (str(mark.state), mark.minutes) == (story.state, story.minutes)
    chosen = mark.observation["id"] if mark.observation else ""
    assert chosen == (EXCUSE["id"] if story.from_step == "excuse" else story.from_step)
    assert bool(mark.competing) == story.disputed


_STATES = st.sampled_from([str(one) for one in AttendanceState])
_METHODS = st.sampled_from(["hand", "card", "camera", "kiosk", "code", "sheet", "clock", "settled"])


@given(st.lists(st.tuples(_STATES, _METHODS, st.booleans()), max_size=8), st.data())
def test_approved_leave_excuses_whoever_did_not_see_it(history: list[tuple[str, str, bool]], data: Any) -> None:
    made: list[dict[str, Any]] = [
        {"id": f"o{at}", "state": state, "method": method, "office": office, "minutes": None, "ordinal": at + 1,
         "supersedes": [f"o{one}" for one in range(at) if data.draw(st.booleans())],
         "observed_at": f"2026-11-20T08:{at:02}:00.000Z"}
        for at, (state, method, office) in enumerate(history)
    ]  # fmt: skip
    with_leave = rules.effective([*made, EXCUSE])
    assert with_leave.state is AttendanceState.EXCUSED
    assert not with_leave.competing
    order = data.draw(st.permutations([*made, EXCUSE]))
    assert rules.effective(order) == with_leave
    if made:
        seen = {**made[-1], "id": "last", "ordinal": 99, "method": "hand", "state": "present",
                "supersedes": [*[one["id"] for one in made], EXCUSE["id"]]}  # fmt: skip
        assert rules.effective([*made, EXCUSE, seen]).state is AttendanceState.PRESENT


@given(st.lists(st.tuples(_STATES, _METHODS), min_size=1, max_size=6))
def test_scans_never_take_away_what_people_wrote(history: list[tuple[str, str]]) -> None:
    made: list[dict[str, Any]] = [
        {"id": f"o{at}", "state": state, "method": method, "office": False, "minutes": None, "ordinal": at + 1,
         "supersedes": [], "observed_at": f"2026-11-20T08:{at:02}:00.000Z"}
        for at, (state, method) in enumerate(history)
    ]  # fmt: skip
    by_hand = [one for one in made if rules.rank(one) == rules.BY_HAND]
    if by_hand:
        assert rules.effective(made).observation == by_hand[0]
