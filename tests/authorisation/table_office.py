"""What the routes of letters, institutes of a platform, erasure and backups ask for: one line for each."""

from shared.people.vocabulary import Permission
from tests.authorisation.rules import (
    LOOKS,
    NOT_OWN,
    OWN_ROW,
    PUBLIC,
    SIGNED_IN,
    Entry,
    given,
    has,
    holds,
    naming,
    operates,
)

P = Permission
_LETTERS = holds(P.MESSAGES_MANAGE)
_PLACES = {"template": "template", "channel": "channel"}
_SHORT = given(subject="Come", body="Come in, {first_name}")
_NOBODY = given(ids=["01a1f7f8-3000-7672-874a-d4a8ff8edb2f"])
_HELD = given(reason="A court has asked")
_INSTITUTE = "/api/v1/platform/organisations/{organisation_id}"
_KIND = "?kind=person"
_HOME = {"organisation_id": "institute", "access_id": "look"}

LETTERS = (
    Entry("GET /api/v1/letters", _LETTERS),
    Entry("GET /api/v1/letters/counts", _LETTERS),
    Entry("GET /api/v1/letters/{delivery_id}", _LETTERS, row="random", absent=True),
    Entry("POST /api/v1/letters/{delivery_id}/again", _LETTERS, given(), row="random", absent=True),
    Entry("POST /api/v1/letters/{delivery_id}/cancel", _LETTERS, row="random", absent=True),
    Entry("GET /api/v1/letter-templates", _LETTERS),
    Entry("PUT /api/v1/letter-templates/{template}/{channel}", _LETTERS, _SHORT, other=_PLACES),
    Entry("DELETE /api/v1/letter-templates/{template}/{channel}", _LETTERS, other=_PLACES, absent=True),
    Entry("POST /api/v1/letter-templates/{template}/{channel}/preview", _LETTERS, _SHORT, other=_PLACES),
    Entry("POST /api/v1/letter-templates/{template}/{channel}/test", _LETTERS, other=_PLACES),
    Entry("GET /api/v1/letter-ways", holds(P.ORGANISATION_EDIT)),
    Entry("PUT /api/v1/letter-ways/{channel}", holds(P.ORGANISATION_EDIT), given(settings=None), row="channel"),
    Entry("POST /api/v1/letter-ways/{channel}/test", holds(P.ORGANISATION_EDIT), row="channel"),
    Entry("GET /api/v1/letter-ways/tests/{delivery_id}", holds(P.ORGANISATION_EDIT), row="random", absent=True),
    Entry("POST /api/v1/letter-ways/sms/report-path", holds(P.ORGANISATION_EDIT)),
    Entry("GET /api/v1/letter-wishes", SIGNED_IN),
    Entry("PUT /api/v1/letter-wishes", SIGNED_IN, given(mail=True)),
    *(
        Entry(f"POST /api/v1/letters/reports/{{organisation_id}}/{{token}}/{name}", PUBLIC, other=_HOME, row="random")
        for name in ("delivery", "opt-out")
    ),
)
_OPERATES = operates(P.PLATFORM_ORGANISATIONS)
PLATFORM = (
    Entry("POST /api/v1/organisations/registrations", PUBLIC, given()),
    Entry("GET /api/v1/platform/organisations/health", _OPERATES),
    Entry("GET /api/v1/organisation/operator-access", holds(P.AUDIT_READ)),
    Entry("GET /api/v1/platform/organisations", _OPERATES),
    Entry("POST /api/v1/platform/organisations", _OPERATES, given(slug="-", name="X")),
    Entry(f"GET {_INSTITUTE}/access", _OPERATES, other=_HOME),
    Entry(f"POST {_INSTITUTE}/access", _OPERATES, given(reason="Curious"), other=_HOME),
    Entry(f"DELETE {_INSTITUTE}/access/{{access_id}}", LOOKS, other=_HOME),
    Entry(f"GET {_INSTITUTE}/access/{{access_id}}/rows", LOOKS, other=_HOME, query=_KIND),
    Entry(f"POST {_INSTITUTE}/reopen", _OPERATES, other=_HOME),
    Entry(f"POST {_INSTITUTE}/set-up-code", _OPERATES, other=_HOME),
    Entry(f"POST {_INSTITUTE}/suspend", _OPERATES, given(reason="Has not paid"), other=_HOME),
)
_EXPORTS = OWN_ROW | holds(P.PEOPLE_EXPORT)
_READS_LOG, _ERASES = holds(P.AUDIT_READ), holds(P.PEOPLE_ERASE)
DATA = (
    Entry("GET /api/v1/users/{person_id}/data-export", _EXPORTS, row="person", absent=True),
    Entry("POST /api/v1/users/{person_id}/data-export", _EXPORTS, given(reason="Asked"), row="person", absent=True),
    Entry(
        "GET /api/v1/users/{person_id}/data-export/{export_id}/package",
        _EXPORTS,
        row="person",
        other={"export_id": "random"},
        absent=True,
    ),
    Entry("GET /api/v1/retention", _ERASES),
    Entry("GET /api/v1/retention/runs", _ERASES),
    Entry("POST /api/v1/retention/trial", _ERASES, given(days={})),
    Entry("PUT /api/v1/retention/{name}", _ERASES, given(days=None), row="random", absent=True),
    Entry("GET /api/v1/audit", _READS_LOG),
    Entry("GET /api/v1/audit/export", _READS_LOG),
    Entry("GET /api/v1/audit/links", _READS_LOG),
    Entry("POST /api/v1/audit/check", _READS_LOG),
    Entry("GET /api/v1/users/{person_id}/erasure", has(P.PEOPLE_ERASE), row="person"),
    Entry("POST /api/v1/users/{person_id}/erase", has(P.PEOPLE_ERASE) & NOT_OWN, _HELD, row="person"),
    Entry("PUT /api/v1/users/{person_id}/legal-hold", has(P.PEOPLE_ERASE), _HELD, row="person"),
    Entry("DELETE /api/v1/users/{person_id}/legal-hold", holds(P.PEOPLE_ERASE), row="person", absent=True),
    Entry("POST /api/v1/users/removal/preview", holds(P.PEOPLE_BULK), _NOBODY),
    Entry("POST /api/v1/users/removal", holds(P.PEOPLE_BULK), _NOBODY),
    Entry("POST /api/v1/users/export", holds(P.PEOPLE_EXPORT), given(columns=["number"])),
    Entry(
        "POST /api/v1/users/sign-ins/end", has(P.SECURITY_MANAGE), lambda _world, _who, rows: {"ids": [rows["person"]]}
    ),
    Entry("GET /api/v1/users/likely-pairs", holds(P.PEOPLE_MERGE)),
    Entry("POST /api/v1/users/{person_id}/merge/preview", has(P.PEOPLE_MERGE), naming(from_id="person"), row="person"),
    Entry("POST /api/v1/users/{person_id}/merge", has(P.PEOPLE_MERGE), naming(from_id="person"), row="person"),
    Entry("GET /api/v1/users/{person_id}/merges", has(P.PEOPLE_MERGE), row="person"),
    Entry(
        "POST /api/v1/users/{person_id}/merges/{merge_id}/undo",
        has(P.PEOPLE_MERGE),
        row="person",
        other={"merge_id": "random"},
    ),
)
_BACKS_UP = operates(P.BACKUPS_MAKE)
"""With several institutes on a server."""
BACKUPS = (
    Entry("GET /api/v1/backups", _BACKS_UP),
    Entry("POST /api/v1/backups", _BACKS_UP),
    Entry("PUT /api/v1/backups/plan", _BACKS_UP, given(every_hours=24, place="", keep=7)),
    Entry("POST /api/v1/backups/{backup_id}/test", _BACKS_UP, row="random", absent=True),
)
_OFFICER = holds(P.PEOPLE_ERASE)
_AT = "2026-01-05T08:00:00.000Z"
_ASKED = given(purpose="photos", title="Photos", body="May we?")
CONSENTS = (
    Entry("GET /api/v1/consent-texts", SIGNED_IN),
    Entry("POST /api/v1/consent-texts", _OFFICER, _ASKED),
    Entry("GET /api/v1/consents", _OFFICER),
    Entry("GET /api/v1/consents/mine", SIGNED_IN),
    Entry(
        "POST /api/v1/consents/mine",
        SIGNED_IN,
        given(text_id="01a1f7f8-3000-7672-874a-d4a8ff8edb2f", answer="agreed"),
        absent=True,
    ),
    Entry("GET /api/v1/breaches", _OFFICER),
    Entry("POST /api/v1/breaches", _OFFICER, given(title="Lost laptop", what="In a taxi", noticed_at=_AT)),
    Entry(
        "POST /api/v1/breaches/{row_id}/lines",
        _OFFICER,
        given(step="measure", words="Wiped", happened_at=_AT),
        row="random",
        absent=True,
    ),
)
ENTRIES = (*LETTERS, *PLATFORM, *DATA, *BACKUPS, *CONSENTS)
