"""What the routes of courses, classes, kit, attendance and marks ask for: one line for each."""

from shared.people.vocabulary import Permission
from tests.authorisation.rules import (
    ATTENDS,
    HERE,
    NOBODY,
    NOT_OWN,
    OWN_ROW,
    PUBLIC,
    SEES_ALL,
    SEES_CLASS,
    SEES_COURSE_STAFF,
    SIGNED_IN,
    TEACHES_SOMEWHERE,
    Entry,
    given,
    has,
    holds,
    naming,
    teaches,
)

P = Permission
_BASE = {"if-match": "{random}"}
_ALL = "?limit=500"
SEES_OWN = SEES_COURSE_STAFF | OWN_ROW
TAKES = has(P.REGISTERS_TAKE_ANY, P.REGISTERS_CORRECT) | teaches(P.REGISTERS_TAKE_OWN, "attend")
MARKS = has(P.MARKS_MODERATE, P.MARKS_CORRECT) | teaches(P.MARKS_RECORD, "mark")
GRADEBOOK = MARKS | teaches(P.MARKS_RECORD) | (SEES_ALL & has(P.MARKS_RECORD, P.GRADES_PUBLISH, P.AUDIT_READ))
PLANS = has(P.SESSIONS_PLAN)
SEES_KIT = SEES_ALL | OWN_ROW | has(P.KIT_LEND, P.KIT_MANAGE)
REPORTS = holds(P.SEE_ALL, P.REGISTERS_TAKE_ANY, P.REGISTERS_CORRECT) | (
    TEACHES_SOMEWHERE & holds(P.REGISTERS_TAKE_OWN)
)
SEES_CALENDAR = OWN_ROW | (holds(P.SEE_ALL) & holds(P.PEOPLE_SEE))
_ID = "01a1f7f8-3000-7672-874a-d4a8ff8edb2f"
_NEW_CLASS = naming({"starts_at": "2027-01-20T08:00:00Z", "ends_at": "2027-01-20T10:00:00Z"}, cohort_id="cohort")
_NEW_SERIES = naming(
    {
        "rule": "FREQ=WEEKLY;BYDAY=MO",
        "starts_at_local": "2027-01-18T18:00",
        "minutes": 60,
        "time_zone": "Africa/Accra",
        "until": "2027-02-18",
    },
    cohort_id="cohort",
)

ROLLS_OVER = holds(P.TERMS_ROLL_OVER) & holds(P.COURSES_EDIT) & holds(P.ENROLMENTS_EDIT)
_ROLL_OVER = given(
    old_term_id=_ID, new_term={"name": "Term 9", "starts_on": "2027-09-07", "ends_on": "2027-12-18"}, token="x"
)
LEARNING = (
    Entry("GET /api/v1/academic-terms", HERE, shows="term", query=_ALL),
    Entry(
        "POST /api/v1/academic-terms",
        holds(P.COURSES_EDIT),
        given(name="Term 9", starts_on="2027-09-07", ends_on="2027-12-18"),
    ),
    Entry("GET /api/v1/academic-terms/{row_id}", HERE, row="term"),
    Entry(
        "PATCH /api/v1/academic-terms/{row_id}", has(P.COURSES_EDIT), given(name="Term 8"), row="term", headers=_BASE
    ),
    Entry("GET /api/v1/term-rollovers", ROLLS_OVER),
    Entry("POST /api/v1/term-rollovers/preview", ROLLS_OVER, _ROLL_OVER, absent=True),
    Entry("POST /api/v1/term-rollovers", ROLLS_OVER, _ROLL_OVER, absent=True),
    Entry("POST /api/v1/term-rollovers/{row_id}/undo", ROLLS_OVER, row="random", absent=True),
    Entry("GET /api/v1/courses", HERE, shows="course", query=_ALL),
    Entry("POST /api/v1/courses", holds(P.COURSES_EDIT), given(code="NEW", title="New")),
    Entry("GET /api/v1/courses/{row_id}", HERE, row="course"),
    Entry("PATCH /api/v1/courses/{row_id}", has(P.COURSES_EDIT), given(title="Other"), row="course", headers=_BASE),
    Entry("GET /api/v1/courses/{course_id}/rights", has(P.COURSES_EDIT) | teaches(), row="course"),
    Entry(
        "PUT /api/v1/courses/{course_id}/rights/{person_id}",
        has(P.COURSES_EDIT),
        given(rights=["edit"]),
        row="course",
        other={"person_id": "person"},
    ),
    Entry("GET /api/v1/cohorts", SEES_CLASS, shows="cohort", query=_ALL),
    Entry("POST /api/v1/cohorts", has(P.COURSES_EDIT), naming({"code": "N-1", "name": "New"}, course_id="course")),
    Entry("GET /api/v1/cohorts/{row_id}", SEES_CLASS, row="cohort"),
    Entry("PATCH /api/v1/cohorts/{row_id}", has(P.COURSES_EDIT), given(name="Other"), row="cohort", headers=_BASE),
    Entry("GET /api/v1/enrolments", SEES_OWN, shows="enrolment", query=_ALL),
    Entry("POST /api/v1/enrolments", has(P.ENROLMENTS_EDIT), naming(cohort_id="cohort", person_id="person")),
    Entry("GET /api/v1/enrolments/{row_id}", SEES_OWN, row="enrolment"),
    Entry(
        "PATCH /api/v1/enrolments/{row_id}",
        has(P.ENROLMENTS_EDIT),
        given(state="suspended"),
        row="enrolment",
        headers=_BASE,
    ),
    Entry("POST /api/v1/enrolments/{row_id}/confirmation", has(P.ENROLMENTS_EDIT), given(), row="pending"),
)
TIMETABLE = (
    Entry("GET /api/v1/class-sessions", SEES_CLASS, shows="session", query=_ALL),
    Entry("POST /api/v1/class-sessions", PLANS, _NEW_CLASS),
    Entry("GET /api/v1/class-sessions/calendar", SEES_CALENDAR, query="?person_id={person}"),
    Entry("POST /api/v1/class-sessions/preview", holds(P.SESSIONS_PLAN), _NEW_CLASS),
    Entry("GET /api/v1/class-sessions/series", SEES_CLASS, shows="series", query=_ALL),
    Entry("POST /api/v1/class-sessions/series", PLANS, _NEW_SERIES),
    Entry("POST /api/v1/class-sessions/series/preview", holds(P.SESSIONS_PLAN), _NEW_SERIES),
    Entry("GET /api/v1/class-sessions/series/{row_id}", SEES_CLASS, row="series"),
    Entry(
        "PATCH /api/v1/class-sessions/series/{row_id}",
        PLANS,
        given(changes={"room": "Lab 1"}, from_day="2026-12-01"),
        row="series",
        headers=_BASE,
    ),
    Entry("GET /api/v1/class-sessions/{row_id}", SEES_CLASS, row="session"),
    Entry("PATCH /api/v1/class-sessions/{row_id}", PLANS, given(room="Lab 1"), row="session", headers=_BASE),
    Entry("GET /api/v1/class-sessions/{row_id}/slots", SEES_CLASS, row="hours"),
    Entry(
        "POST /api/v1/class-sessions/{row_id}/bookings",
        SEES_CLASS,
        lambda world, _who, _rows: {"starts_at": world.hours_at, "topic": "Lenses"},
        row="hours",
    ),
    Entry(
        "POST /api/v1/class-sessions/{row_id}/bookings/{booking_id}/cancel",
        NOBODY,
        row="hours",
        other={"booking_id": "random"},
        no_proof="nobody has booked",
    ),
    Entry("GET /api/v1/live-sessions", SEES_CLASS, shows="live", query=_ALL),
    Entry(
        "POST /api/v1/live-sessions",
        PLANS,
        naming(
            {"starts_at": "2027-01-20T18:00:00Z", "ends_at": "2027-01-20T19:00:00Z", "link": "https://meet.example/y"},
            cohort_id="cohort",
        ),
    ),
    Entry("GET /api/v1/live-sessions/{row_id}", SEES_CLASS, row="live"),
    Entry(
        "PATCH /api/v1/live-sessions/{row_id}", PLANS, given(link="https://meet.example/z"), row="live", headers=_BASE
    ),
    Entry("GET /api/v1/live-sessions/{row_id}/visits", SEES_CLASS, row="live"),
    Entry("POST /api/v1/live-sessions/{row_id}/visits", SEES_CLASS, row="live"),
    Entry(
        "POST /api/v1/live-sessions/{row_id}/visits/{visit_id}/leave",
        NOBODY,
        row="live",
        other={"visit_id": "random"},
        no_proof="nobody is there",
    ),
    Entry("GET /api/v1/rooms", HERE, shows="room", query=_ALL),
    Entry("POST /api/v1/rooms", holds(P.SESSIONS_PLAN), given(name="Attic")),
    Entry("GET /api/v1/rooms/{row_id}", HERE, row="room"),
    Entry("PATCH /api/v1/rooms/{row_id}", PLANS, given(capacity=9), row="room", headers=_BASE),
    Entry("GET /api/v1/holidays", HERE, shows="holiday", query=_ALL),
    Entry(
        "POST /api/v1/holidays", holds(P.SESSIONS_PLAN), given(name="Day", starts_on="2027-05-01", ends_on="2027-05-01")
    ),
    Entry("GET /api/v1/holidays/{row_id}", HERE, row="holiday"),
    Entry("PATCH /api/v1/holidays/{row_id}", PLANS, given(name="Eve"), row="holiday", headers=_BASE),
    Entry(
        "POST /api/v1/holidays/import",
        holds(P.SESSIONS_PLAN),
        raw=b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n",
        headers={"content-type": "text/calendar"},
    ),
    Entry("POST /api/v1/holidays/import/undo", holds(P.SESSIONS_PLAN), given(holidays=[{"id": _ID, "revision": _ID}])),
    Entry("GET /api/v1/calendar-links", SIGNED_IN),
    Entry("POST /api/v1/calendar-links", SEES_CLASS, naming(cohort_id="cohort")),
    Entry("DELETE /api/v1/calendar-links/{link_id}", SIGNED_IN, row="random", absent=True),
    Entry("GET /api/v1/calendars/{secret}.ics", PUBLIC, row="random"),
)
KIT = (
    Entry("GET /api/v1/kit-items", HERE, shows="item", query=_ALL),
    Entry("POST /api/v1/kit-items", holds(P.KIT_MANAGE), given(name="Camera 9", number="CAM-9")),
    Entry("GET /api/v1/kit-items/limits", SIGNED_IN),
    Entry("PUT /api/v1/kit-items/limits", holds(P.KIT_MANAGE), given(block_days=3, longest_days=9)),
    Entry("GET /api/v1/kit-items/{row_id}", HERE, row="item"),
    Entry("PATCH /api/v1/kit-items/{row_id}", has(P.KIT_MANAGE), given(name="Other"), row="item", headers=_BASE),
    Entry(
        "POST /api/v1/kit-items/{row_id}/loans",
        has(P.KIT_LEND, P.KIT_MANAGE),
        naming({"due_at": "2026-11-25T10:00:00Z"}, person_id="person"),
        row="item",
    ),
    Entry("GET /api/v1/kit-loans", SEES_KIT, shows="loan", query=_ALL),
    Entry("GET /api/v1/kit-loans/{row_id}", SEES_KIT, row="loan"),
    Entry("POST /api/v1/kit-loans/{row_id}/return", has(P.KIT_LEND, P.KIT_MANAGE), given(), row="loan"),
    Entry("POST /api/v1/kit-loans/{row_id}/lift-block", has(P.KIT_MANAGE), given(reason="Paid"), row="loan"),
    Entry("GET /api/v1/kit-bookings", SEES_KIT, shows="booking", query=_ALL),
    Entry(
        "POST /api/v1/kit-bookings",
        OWN_ROW | has(P.KIT_LEND, P.KIT_MANAGE),
        naming(
            {"starts_at": "2026-12-01T08:00:00Z", "ends_at": "2026-12-01T09:00:00Z"}, item_id="item", person_id="person"
        ),
    ),
    Entry("GET /api/v1/kit-bookings/{row_id}", SEES_KIT, row="booking"),
    Entry("POST /api/v1/kit-bookings/{row_id}/cancel", OWN_ROW | has(P.KIT_LEND, P.KIT_MANAGE), row="booking"),
)
ATTENDANCE = (
    Entry("GET /api/v1/registers/{session_id}", TAKES, row="session"),
    Entry(
        "PUT /api/v1/registers/{session_id}/marks",
        TAKES,
        lambda _world, _who, rows: {"marks": [{"enrolment_id": rows["enrolment"], "state": "present"}]},
        row="session",
    ),
    Entry("POST /api/v1/registers/{session_id}/finish", TAKES, row="session"),
    Entry("POST /api/v1/registers/{session_id}/reopen", TAKES, row="finished"),
    Entry(
        "POST /api/v1/registers/{session_id}/check-in",
        SIGNED_IN,
        naming({"code": "0000"}, enrolment_id="enrolment"),
        row="session",
        no_proof="only a class's own code says who may, which its own tests make",
    ),
    Entry("GET /api/v1/leave-requests", SEES_OWN, shows="leave", query=_ALL),
    Entry(
        "POST /api/v1/leave-requests",
        OWN_ROW | has(P.REGISTERS_TAKE_ANY, P.REGISTERS_CORRECT) | teaches(P.REGISTERS_TAKE_OWN, "attend"),
        naming(
            {
                "kind": "leave",
                "reason": "A funeral",
                "starts_at": "2026-12-23T00:00:00.000Z",
                "ends_at": "2026-12-26T00:00:00.000Z",
            },
            person_id="person",
            cohort_id="cohort",
        ),
    ),
    Entry("GET /api/v1/leave-requests/{row_id}", SEES_OWN, row="leave"),
    Entry(
        "POST /api/v1/leave-requests/{row_id}/answer",
        (has(P.REGISTERS_CORRECT) | teaches(P.REGISTERS_TAKE_OWN, "attend")) & NOT_OWN,
        given(state="approved", answer="Yes"),
        row="leave",
        headers=_BASE,
    ),
    Entry(
        "POST /api/v1/leave-requests/{row_id}/withdrawal",
        OWN_ROW | has(P.REGISTERS_CORRECT) | teaches(P.REGISTERS_TAKE_OWN, "attend"),
        given(state="withdrawn"),
        row="leave",
        headers=_BASE,
    ),
    *(Entry(f"GET /api/v1/reports/{name}", REPORTS) for name in ("attendance", "attendance-hours", "attendance-weeks")),
)
GRADING = (
    Entry(
        "PUT /api/v1/assignments/{assignment_id}/marks",
        MARKS,
        lambda _world, _who, rows: {"marks": [{"enrolment_id": rows["enrolment"], "score": "12"}], "reason": "Read"},
        row="assignment",
    ),
    Entry(
        "POST /api/v1/assignments/{assignment_id}/release",
        has(P.MARKS_RELEASE) & (has(P.MARKS_MODERATE, P.MARKS_CORRECT) | teaches(P.MARKS_RELEASE, "publish")),
        lambda _world, _who, rows: {"enrolments": [rows["enrolment"]]},
        row="assignment",
    ),
    Entry("GET /api/v1/cohorts/{cohort_id}/gradebook", GRADEBOOK, row="cohort"),
    Entry("GET /api/v1/cohorts/{cohort_id}/course-grades", SIGNED_IN, row="cohort"),
    Entry(
        "POST /api/v1/cohorts/{cohort_id}/course-grades",
        has(P.GRADES_PUBLISH),
        lambda _world, _who, rows: {"grades": [{"enrolment_id": rows["enrolment"], "result": "75"}], "reason": "Done"},
        row="cohort",
    ),
    Entry(
        "GET /api/v1/cohorts/{cohort_id}/grades/{enrolment_id}",
        GRADEBOOK | (OWN_ROW & ATTENDS),
        row="cohort",
        other={"enrolment_id": "enrolment"},
    ),
    Entry("GET /api/v1/skills", SEES_CLASS, shows="skill", query=_ALL),
    Entry("POST /api/v1/skills", has(P.ASSIGNMENTS_EDIT), naming({"name": "Set up"}, course_id="course")),
    Entry("GET /api/v1/skills/{row_id}", SEES_CLASS, row="skill"),
    Entry("GET /api/v1/skill-observations", SEES_OWN, shows="observation", query=_ALL),
    Entry(
        "POST /api/v1/skill-observations",
        MARKS,
        naming({"judged": "competent"}, skill_id="skill", enrolment_id="enrolment"),
    ),
    Entry("GET /api/v1/skill-observations/{row_id}", SEES_OWN, row="observation"),
)
ENTRIES = (*LEARNING, *TIMETABLE, *KIT, *ATTENDANCE, *GRADING)
