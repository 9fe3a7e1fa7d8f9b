"""The lines of the sync page for admissions, and how its rows are listed."""

from desktop.core.area import KindSpec, Line, StoreArea
from shared.admissions.commands import PAYLOADS, TYPE_VERSIONS
from shared.admissions.projections import PROJECTIONS
from shared.admissions.vocabulary import APPLICATION, APPLICATION_EVENT, APPLICATION_FORM, ENQUIRY, ApplicationState
from shared.core.command import Command
from shared.core.projection import ReadRow
from shared.core.text import text
from shared.people.rules import fold

KINDS = {
    ENQUIRY: KindSpec(
        sort_text=lambda body: str(body.get("recorded_at") or ""),
        keys={"state": lambda body: body.get("state")},
    ),
    APPLICATION_FORM: KindSpec(sort_text=lambda body: fold(str(body.get("title") or ""))),
    APPLICATION: KindSpec(
        sort_text=lambda body: str(body.get("submitted_at") or "~"),
        search_text=lambda body: " ".join(str(body.get(one) or "") for one in ("name", "number", "phone", "email")),
        title=lambda body: str(body.get("name") or ""),
        keys={
            "person_id": lambda body: body.get("person_id"),
            "state": lambda body: body.get("state"),
            "form_id": lambda body: body.get("form_id"),
        },
    ),
    APPLICATION_EVENT: KindSpec(
        sort_text=lambda body: f"{body.get('at')} {body.get('revision')}",
        keys={"application_id": lambda body: body.get("application_id")},
    ),
}


def _who(command: Command, read: ReadRow) -> str:
    body = read(APPLICATION, command.target_id) or {}
    return str(body.get("name") or command.payload.get("name") or text("someone"))


def _about(words: str) -> Line:
    return lambda command, read: words.format(name=_who(command, read))


def _decided(command: Command, read: ReadRow) -> str:
    words = {
        ApplicationState.APPROVED: text("Offered {name} a place", name=_who(command, read)),
        ApplicationState.REJECTED: text("Declined the application of {name}", name=_who(command, read)),
    }
    usual = text("Put {name} on the waiting list", name=_who(command, read))
    return words.get(command.payload["decision"], usual)


def _enquiry(command: Command, read: ReadRow) -> str:
    body = read(ENQUIRY, command.target_id) or {}
    return str(body.get("name") or text("someone"))


def _form(command: Command, read: ReadRow) -> str:
    body = read(APPLICATION_FORM, command.target_id) or command.payload
    return str(body.get("title") or text("a form"))


LINES: dict[str, Line] = {
    "RecordEnquiry": lambda command, _read: text("Noted the enquiry of {name}", name=command.payload["name"]),
    "EditEnquiry": lambda command, read: text("Changed the enquiry of {name}", name=_enquiry(command, read)),
    "FollowUpEnquiry": lambda command, read: text("Followed up {name}", name=_enquiry(command, read)),
    "AddApplicationForm": lambda command, _read: text("Designed the form {form}", form=command.payload["title"]),
    "EditApplicationForm": lambda command, read: text("Changed the form {form}", form=_form(command, read)),
    "StartApplication": _about(text("Began the application of {name}")),
    "SaveApplication": _about(text("Filled in the application of {name}")),
    "SubmitApplication": _about(text("Sent the application of {name}")),
    "WithdrawApplication": _about(text("Withdrew the application of {name}")),
    "CheckApplication": _about(text("Checked the application of {name}")),
    "CheckDocument": _about(text("Looked at a document of {name}")),
    "NoteApplication": _about(text("Noted something about {name}")),
    "WriteToApplicant": _about(text("Wrote to {name}")),
    "PlanInterview": _about(text("Planned the interview of {name}")),
    "DecideApplication": _decided,
    "UndoDecision": _about(text("Took the decision about {name} back")),
}
STORE = StoreArea(kinds=KINDS, projections=PROJECTIONS, type_versions=TYPE_VERSIONS, lines=LINES, payloads=PAYLOADS)
