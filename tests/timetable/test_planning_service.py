"""What the server makes of plans of single sessions, on both databases: clashes, rooms, stand-ins, older programs."""

import pytest

from tests.timetable.planning import Planning, at, planning

__all__ = ["planning"]


def test_a_session_without_clash_is_planned_with_all_its_fields(planning: Planning) -> None:
    more = {"session_kind": "live", "link": "https://meet.example/film", "credentials": "4821", "room": " Studio 2 "}
    told = planning.plan(**more, instructor_id=planning.person("kofi"), title="Light")
    assert told.verdict == "applied", told
    body = planning.row("class_session", told.target_id)
    assert (body["room"], body["session_kind"], body["credentials"]) == ("Studio 2", "live", "4821")
    assert (body["sequence"], body["series_id"], body["stand_in_id"]) == (0, None, None)


@pytest.mark.parametrize("shared", ["room", "instructor", "cohort"])
def test_a_clash_is_named_and_nothing_is_planned(planning: Planning, shared: str) -> None:
    kofi = planning.person("kofi")
    same = {"room": {"room": "Studio 2"}, "instructor": {"instructor_id": kofi}, "cohort": {}}[shared]
    cohort = planning.film_id if shared == "cohort" else planning.photo_id
    first = planning.plan("08:00", "09:00", cohort_id=cohort, **same)
    told = planning.plan(**same)
    assert (told.verdict, told.code) == ("rejected", "clash")
    when = "Mon 23 Nov 2026, 08:00–09:00."
    assert told.message == {
        "room": f"Studio 2 is taken: Photography 1, {when}",
        "instructor": f"Kofi Boateng teaches then: Photography 1, {when}",
        "cohort": f"Film 1 has another class then: {when}",
    }[shared]  # fmt: skip
    (clash,) = told.details["clashes"]
    assert (clash["session_id"], clash["reason"]) == (first.target_id, shared)
    assert (clash["starts_at"], clash["ends_at"]) == (at("08:00"), at("09:00"))
    assert planning.rows("SELECT count(*) FROM class_session WHERE cohort_id = :id", id=planning.film_id) == [
        (1 if shared == "cohort" else 0,)
    ]


def test_a_clash_is_planned_where_whoever_plans_says_so(planning: Planning) -> None:
    planning.plan(room="Studio 2")
    told = planning.plan(cohort_id=planning.photo_id, room="Studio 2", despite_clash=True)
    assert told.verdict == "applied"


def test_what_was_planned_on_a_device_is_kept_for_the_office_to_let_pass(planning: Planning) -> None:
    planning.plan(room="Studio 2")
    told = planning.plan(cohort_id=planning.photo_id, room="Studio 2", by=planning.laptop)
    assert (told.verdict, told.code) == ("held", "clash")
    assert told.message == (
        "Studio 2 is taken: Film 1, Mon 23 Nov 2026, 08:30–10:00. The plan is kept for the office to decide."
    )
    assert told.details["clashes"][0]["cohort"] == "Film 1"
    settled = planning.laptop.do("SettleConflict", told.conflict_id or "", {"choices": {"held": "accept"}})
    assert settled.verdict == "applied", settled
    assert planning.row("class_session", told.target_id)["room"] == "Studio 2"


def test_two_plans_of_one_batch_meet_each_other(planning: Planning) -> None:
    new = planning.institute.parts.new_id
    made = [
        planning.office.command(
            "PlanClassSession",
            new(),
            {"cohort_id": cohort, "starts_at": at("08:30"), "ends_at": at("10:00"), "room": "Lab 1"},
        )
        for cohort in (planning.film_id, planning.photo_id)
    ]
    assert [one.verdict for one in planning.office.send(*made)] == ["applied", "rejected"]


def test_a_cancelled_session_takes_up_nothing_until_it_is_planned_again(planning: Planning) -> None:
    first = planning.plan(room="Lab 1").target_id
    assert planning.edit(first, state="cancelled").verdict == "applied"
    assert planning.row("class_session", first)["sequence"] == 1
    assert planning.plan(cohort_id=planning.photo_id, room="Lab 1").verdict == "applied"
    again = planning.edit(first, state="scheduled")
    assert (again.verdict, again.code) == ("rejected", "clash")


def test_moving_meets_what_is_there_and_raises_the_sequence(planning: Planning) -> None:
    planning.plan("08:30", "10:00", cohort_id=planning.photo_id, room="Lab 1")
    moved = planning.plan("11:00", "12:00", room="Lab 1").target_id
    refused = planning.edit(moved, starts_at=at("09:30"), ends_at=at("10:30"))
    assert (refused.verdict, refused.code) == ("rejected", "clash")
    assert planning.edit(moved, starts_at=at("10:00"), ends_at=at("11:30")).verdict == "applied"
    assert planning.edit(moved, title="Light").verdict == "applied"
    body = planning.row("class_session", moved)
    assert (body["starts_at"], body["title"], body["sequence"]) == (at("10:00"), "Light", 1)
    assert planning.edit(moved, starts_at=at("09:30"), despite_clash=True).verdict == "applied"


def test_a_session_may_move_over_its_own_place(planning: Planning) -> None:
    made = planning.plan("08:30", "10:00", room="Lab 1").target_id
    assert planning.edit(made, starts_at=at("09:00"), ends_at=at("10:30")).verdict == "applied"


def test_two_sessions_swap_their_rooms_in_one_batch_only_with_a_free_step(planning: Planning) -> None:
    one = planning.plan(room="Lab 1").target_id
    two = planning.plan(cohort_id=planning.photo_id, room="Lab 2").target_id
    commands = []
    for session_id, room in ((one, "Lab 3"), (two, "Lab 1")):
        body = planning.row("class_session", session_id)
        changes = {"changes": {"room": {"old": body["room"], "new": room}}}
        commands.append(planning.office.command("EditClassSession", session_id, changes, body["revision"]))
    assert [told.verdict for told in planning.office.send(*commands)] == ["applied", "applied"]


def test_times_in_another_zone_are_kept_in_one_form(planning: Planning) -> None:
    made = planning.plan().target_id
    told = planning.edit(made, starts_at="2026-11-23T10:00:00+01:00", ends_at="2026-11-23T11:00:00.000000+01:00")
    assert told.verdict == "applied"
    assert planning.row("class_session", made)["starts_at"] == at("09:00")


@pytest.mark.parametrize(
    ("start", "end", "sentence"),
    [
        ("10:00", "08:30", "The class ends before it starts. Set a later end."),
        ("08:30", "08:30", "The class ends before it starts. Set a later end."),
    ],
)
def test_a_session_that_ends_before_it_begins(planning: Planning, start: str, end: str, sentence: str) -> None:
    told = planning.plan(start, end)
    assert (told.verdict, told.code, told.message) == ("rejected", "times_invalid", sentence)
    made = planning.plan().target_id
    told = planning.edit(made, starts_at=at("10:00"), ends_at=at("09:00"))
    assert (told.verdict, told.code) == ("rejected", "times_invalid")


def test_a_session_over_midnight_is_planned_and_clashes_on_the_next_day(planning: Planning) -> None:
    night = planning.plan("22:30", ends_at=at("01:00", "2026-11-24"), room="Lab 1")
    assert night.verdict == "applied", night
    early = {"starts_at": at("00:30", "2026-11-24"), "ends_at": at("02:00", "2026-11-24"), "room": "Lab 1"}
    assert planning.plan(**early, cohort_id=planning.photo_id).code == "clash"
    too_long = planning.plan("08:00", ends_at=at("08:00", "2026-11-24"))
    assert too_long.message == "The class is longer than 16 hours. Check the day of its end."


def test_nothing_is_planned_in_a_removed_room(planning: Planning) -> None:
    room = planning.do("AddRoom", {"name": "Studio 2"}).target_id
    base = planning.row("room", room)["revision"]
    change = {"changes": {"state": {"old": "active", "new": "removed"}}}
    assert planning.do("EditRoom", change, room, base=base).verdict == "applied"
    told = planning.plan(room="studio 2")
    assert (told.verdict, told.code) == ("rejected", "room_removed")
    assert told.message == "studio 2 was removed from the rooms. Choose another room."
    on_device = planning.plan(room="Studio 2", by=planning.laptop)
    assert (on_device.verdict, on_device.code) == ("held", "room_removed")
    moved = planning.plan(room="Lab 1").target_id
    assert planning.edit(moved, room="Studio 2").code == "room_removed"


def test_what_takes_place_already_is_never_refused_for_a_clash(planning: Planning) -> None:
    kofi = planning.institute.devices["kofi"]
    planning.plan(room="Lab 1", cohort_id=planning.photo_id)
    told = planning.plan(room="Lab 1", by=kofi, unplanned=True, instructor_id=kofi.actor.person_id)
    assert told.verdict == "applied"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"stand_in_id": "not an id"}, "field_invalid"),
        ({"stand_in_id": "01a1f7f8-3000-7672-874a-d4aa4c9175c7"}, "stand_in_unknown"),
        ({"link": "javascript:alert(1)"}, "link_invalid"),
        ({"link": "https://meet.example/a b"}, "link_invalid"),
        ({"room": None}, "field_invalid"),
        ({"title": "x" * 201}, "field_invalid"),
        ({"session_kind": "party"}, "field_invalid"),
        ({"starts_at": 5}, "times_invalid"),
        ({"state": "completed"}, "field_invalid"),
        ({"sequence": 7}, "field_unknown"),
    ],
)
def test_values_that_a_class_cant_have(planning: Planning, changes: dict[str, object], code: str) -> None:
    made = planning.plan().target_id
    body = planning.row("class_session", made)
    told = planning.edit(made, **changes)
    assert (told.verdict, told.code) == ("rejected", code), told
    assert told.message
    assert planning.row("class_session", made) == body


def test_a_student_of_the_class_stands_in_for_nobody(planning: Planning) -> None:
    made = planning.plan().target_id
    told = planning.edit(made, stand_in_id=planning.institute.students[0])
    assert (told.verdict, told.code) == ("rejected", "stand_in_unknown")


def test_instructors_dont_plan_and_dont_move(planning: Planning) -> None:
    kofi = planning.institute.devices["kofi"]
    assert planning.plan(by=kofi).code == "not_allowed"
    made = planning.plan().target_id
    assert planning.edit(made, by=kofi, room="Lab 1").code == "not_allowed"


def test_a_program_of_version_one_plans_and_edits_as_before(planning: Planning) -> None:
    payload = {"cohort_id": planning.film_id, "starts_at": at("08:30"), "ends_at": at("10:00"), "room": "Lab 1"}
    made = planning.do("PlanClassSession", payload, type_version=1)
    assert made.verdict == "applied"
    body = planning.row("class_session", made.target_id)
    assert (body["session_kind"], body["link"], body["catches_up_id"]) == ("class", "", None)
    change = {"changes": {"room": {"old": "Lab 1", "new": "Lab 2"}}}
    told = planning.do("EditClassSession", change, made.target_id, base=body["revision"], type_version=1)
    assert told.verdict == "applied"
    again = planning.do("PlanClassSession", {**payload, "room": "Lab 2"}, type_version=1)
    assert (again.verdict, again.code) == ("rejected", "clash")


def test_a_cancelled_class_keeps_its_reason_until_it_takes_place_again(planning: Planning) -> None:
    made = planning.plan().target_id
    assert planning.edit(made, state="cancelled", cancel_reason="The lights are broken").verdict == "applied"
    assert planning.row("class_session", made)["cancel_reason"] == "The lights are broken"
    assert planning.edit(made, state="scheduled").verdict == "applied"
    assert planning.row("class_session", made)["cancel_reason"] == ""
    assert planning.edit(made, state="cancelled").verdict == "applied"
    body = planning.row("class_session", made)
    assert (body["state"], body["cancel_reason"]) == ("cancelled", "")


@pytest.mark.parametrize("reason", ["x" * 201, 7])
def test_a_reason_is_a_short_text(planning: Planning, reason: object) -> None:
    made = planning.plan().target_id
    told = planning.edit(made, state="cancelled", cancel_reason=reason)
    assert (told.code, told.message) == ("field_invalid", "The reason has at most 200 characters. Shorten it.")


def test_a_program_of_version_two_cancels_without_a_reason(planning: Planning) -> None:
    made = planning.plan().target_id
    body = planning.row("class_session", made)
    change = {"changes": {"state": {"old": "scheduled", "new": "cancelled"}}, "despite_clash": False}
    told = planning.do("EditClassSession", change, made, base=body["revision"], type_version=2)
    assert told.verdict == "applied"
    assert planning.row("class_session", made)["cancel_reason"] == ""


def test_the_number_of_statements_doesnt_grow_with_the_run(planning: Planning) -> None:
    def statements(count: int, day: str) -> int:
        new = planning.institute.parts.new_id
        commands = [
            planning.office.command(
                "PlanClassSession",
                new(),
                {
                    "cohort_id": planning.film_id,
                    "starts_at": at(f"{hour:02}:00", day),
                    "ends_at": at(f"{hour:02}:50", day),
                    "room": "Lab 1",
                    "instructor_id": planning.person("yaw"),
                },
            )
            for hour in range(count)
        ]
        counted = []

        def work(db):
            accepted = planning.institute.parts.door.accept_in(db, actor, planning.office.origin, commands)
            counted.append(db.statements)
            return accepted

        actor = planning.institute.refreshed(planning.office.actor)
        told = planning.institute.parts.database.write(work)
        assert {one.verdict for one in told.outcomes} == {"applied"}
        return counted[-1]

    assert statements(2, "2026-12-01") == statements(20, "2026-12-02")


def test_planning_twice_with_one_id_is_one_session(planning: Planning) -> None:
    target = planning.institute.parts.new_id()
    payload = {"cohort_id": planning.film_id, "starts_at": at("08:30"), "ends_at": at("10:00")}
    assert planning.do("PlanClassSession", payload, target).verdict == "applied"
    assert planning.do("PlanClassSession", payload, target).verdict == "agreed"


def test_a_catch_up_names_the_session_it_stands_for(planning: Planning) -> None:
    missed = planning.plan().target_id
    planning.edit(missed, state="cancelled")
    told = planning.plan("14:00", "15:30", session_kind="catch_up", catches_up_id=missed)
    assert told.verdict == "applied"
    body = planning.row("class_session", told.target_id)
    assert (body["session_kind"], body["catches_up_id"]) == ("catch_up", missed)


def test_a_session_of_a_cohort_that_isnt_there_yet_waits(planning: Planning) -> None:
    told = planning.plan(cohort_id=planning.institute.parts.new_id(), by=planning.laptop)
    assert (told.verdict, told.code) == ("held", "waits_for_creation")
