"""What the routes of admissions ask for: one line for each."""

from typing import Any

from shared.people.vocabulary import Permission
from tests.authorisation.rules import HERE, NOT_OWN, OWN_ROW, Body, Entry, given, has, holds, naming
from tests.authorisation.world import Rows, Who, World

P = Permission
_ANY = (P.ADMISSIONS_SEE, P.ADMISSIONS_EDIT, P.ADMISSIONS_DECIDE)
SEES = has(*_ANY)
SEES_OWN = OWN_ROW | SEES
FILLS_IN = OWN_ROW | has(P.ADMISSIONS_EDIT)
REVIEWS = has(P.ADMISSIONS_DECIDE) & NOT_OWN
_ALL = "?limit=500"
_BASE = {"if-match": "{random}"}
_ENQUIRY = {"name": "Esi", "phone": "024 555 0121"}
_ONE = "/api/v1/applications/{row_id}"


def _several(_world: World, _who: Who, rows: Rows) -> dict[str, Any]:
    return {"ids": [rows["sent_application"]], "decision": "waiting_list"}


_START: Body = naming({}, form_id="other_form", person_id="person")
ENTRIES = (
    Entry("GET /api/v1/enquiries", SEES, shows="enquiry", query=_ALL),
    Entry("POST /api/v1/enquiries", holds(P.ADMISSIONS_EDIT), given(**_ENQUIRY)),
    Entry("GET /api/v1/enquiries/{row_id}", SEES, row="enquiry"),
    Entry("PATCH /api/v1/enquiries/{row_id}", has(P.ADMISSIONS_EDIT), given(note="x"), row="enquiry", headers=_BASE),
    Entry("POST /api/v1/enquiries/{row_id}/follow-ups", has(P.ADMISSIONS_EDIT), given(words="x"), row="enquiry"),
    Entry("POST /api/v1/enquirers/search", holds(P.PEOPLE_ERASE), given(phone="024 555 0121")),
    Entry("POST /api/v1/enquirers/{row_id}/erase", has(P.PEOPLE_ERASE), given(reason="Asked for it"), row="enquiry"),
    Entry("GET /api/v1/application-forms", HERE, shows="form", query=_ALL),
    Entry("POST /api/v1/application-forms", holds(P.ADMISSIONS_EDIT), naming({"title": "New"}, course_id="course")),
    Entry("GET /api/v1/application-forms/{row_id}", HERE, row="form"),
    Entry(
        "PATCH /api/v1/application-forms/{row_id}",
        has(P.ADMISSIONS_EDIT),
        given(title="Other"),
        row="form",
        headers=_BASE,
    ),
    Entry("GET /api/v1/applications", SEES_OWN, shows="application", query=_ALL),
    Entry("POST /api/v1/applications", FILLS_IN, _START),
    Entry("POST /api/v1/applications/decisions", has(P.ADMISSIONS_DECIDE), _several),
    Entry("POST /api/v1/applications/letters", has(P.ADMISSIONS_DECIDE), _several),
    Entry(f"GET {_ONE}", SEES_OWN, row="application"),
    Entry(f"GET {_ONE}/events", SEES_OWN, row="application"),
    Entry(f"PATCH {_ONE}/answers", FILLS_IN, given(field_1="x"), row="application"),
    Entry(f"POST {_ONE}/submission", FILLS_IN, given(), row="application"),
    Entry(f"POST {_ONE}/withdrawal", FILLS_IN, given(), row="application"),
    Entry(f"PUT {_ONE}/checks/{{part}}", REVIEWS, given(done=True), row="sent_application", other={"part": "a_check"}),
    Entry(
        f"PUT {_ONE}/documents/{{part}}",
        REVIEWS,
        given(state="unreadable"),
        row="sent_application",
        other={"part": "a_document"},
    ),
    Entry(f"POST {_ONE}/notes", REVIEWS, given(words="x"), row="sent_application"),
    Entry(f"POST {_ONE}/messages", REVIEWS, given(words="x"), row="sent_application"),
    Entry(f"PUT {_ONE}/interview", REVIEWS, given(interview_at="2027-01-20T08:00:00Z"), row="sent_application"),
    Entry(f"POST {_ONE}/decision", REVIEWS, given(decision="waiting_list"), row="sent_application"),
    Entry(f"POST {_ONE}/decision/undo", REVIEWS, given(), row="declined_application"),
)
BY_ROUTE = {
    "AddApplicationForm": "POST /api/v1/application-forms",
    "CheckApplication": f"PUT {_ONE}/checks/{{part}}",
    "CheckDocument": f"PUT {_ONE}/documents/{{part}}",
    "DecideApplication": f"POST {_ONE}/decision",
    "EditApplicationForm": "PATCH /api/v1/application-forms/{row_id}",
    "EditEnquiry": "PATCH /api/v1/enquiries/{row_id}",
    "ForgetEnquiry": "POST /api/v1/enquirers/{row_id}/erase",
    "FollowUpEnquiry": "POST /api/v1/enquiries/{row_id}/follow-ups",
    "NoteApplication": f"POST {_ONE}/notes",
    "PlanInterview": f"PUT {_ONE}/interview",
    "RecordEnquiry": "POST /api/v1/enquiries",
    "SaveApplication": f"PATCH {_ONE}/answers",
    "StartApplication": "POST /api/v1/applications",
    "SubmitApplication": f"POST {_ONE}/submission",
    "UndoDecision": f"POST {_ONE}/decision/undo",
    "WithdrawApplication": f"POST {_ONE}/withdrawal",
    "WriteToApplicant": f"POST {_ONE}/messages",
}
