"""Rows of admissions as the API's description shows them."""

from typing import Any

_ID = "01a1f7f8-3000-7672-874a-d4a8ff8edb70"
_PERSON = "01a1f7f8-3000-7672-874a-d4aa4c9175c7"
_COURSE = "01a1f7f8-3000-7672-874a-d4a8ff8edb10"
_REVISION = "01a1f7f8-3000-7672-874a-d4a9f55daf8f"
_FIELD = {"key": "field_1", "label": "Date of birth", "type": "date", "required": True, "help": ""}
_STEPS = [{"key": "step_1", "title": "About you", "fields": [_FIELD]}]
_DOCUMENTS = [{"key": "document_1", "title": "School certificate", "required": True, "help": ""}]
_CHECKS = [{"key": "check_1", "title": "Certificate is genuine"}]
_CHARGES = [{"key": "charge_1", "title": "Registration", "amount": 20000}]
_CONTENT = {"steps": _STEPS, "documents": _DOCUMENTS, "checks": _CHECKS, "charges": _CHARGES}
ENQUIRY: dict[str, Any] = {
    "id": _ID,
    "revision": _REVISION,
    "name": "Esi Appiah",
    "phone": "024 555 0121",
    "email": "esi@example.org",
    "course_id": _COURSE,
    "source": "phone",
    "note": "Asks for evening classes",
    "follow_up_on": "2026-11-24",
}
FORM: dict[str, Any] = {
    "id": _ID,
    "revision": _REVISION,
    "course_id": _COURSE,
    "title": "Web Development, January intake",
    "opens_on": "2026-11-01",
    "closes_on": "2026-12-15",
    "fee": 5000,
    "currency": "GHS",
    **_CONTENT,
}
APPLICATION: dict[str, Any] = {
    "id": _ID,
    "revision": _REVISION,
    "number": "A-2026-0731",
    "form_id": "01a1f7f8-3000-7672-874a-d4a8ff8edb71",
    "person_id": _PERSON,
    "name": "Novella Costa",
    "state": "under_review",
    "fee": 5000,
    "currency": "GHS",
    "fee_paid": True,
    "answers": {"field_1": "2004-05-04"},
    "checks": ["check_1"],
    "document_checks": {"document_1": "checked"},
    "submitted_at": "2026-11-14T08:00:00.000Z",
}
EVENT: dict[str, Any] = {
    "id": _ID,
    "revision": _REVISION,
    "application_id": _ID,
    "kind": "submitted",
    "at": "2026-11-14T08:00:00.000Z",
    "by_name": "Novella Costa",
    "words": "",
    "score": None,
}
