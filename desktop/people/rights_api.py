"""What the server does about people's rights over their data; every call blocks: use a worker."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from desktop.core.api_client import ApiClient
from desktop.core.server_asking import read_anew
from desktop.shell.table_files import write_bytes
from shared.core.errors import CampusError
from shared.core.text import plural, text
from shared.people.vocabulary import Permission

READY, GONE = "ready", "gone"
UNDER_WAY = frozenset({"waiting", "making"})


class RightsApi:
    """Packages, anonymising, legal holds and periods, for one signed-in person."""

    def __init__(self, client: ApiClient, new_id: Any) -> None:
        self._client, self._new_id = client, new_id

    def _write(self, method: str, path: str, body: Any) -> Any:
        answer = self._client.write(method, f"/api/v1{path}", body, self._new_id())
        return answer["data"] if answer else None

    def _get(self, path: str) -> Any:
        return read_anew(self._client, f"/api/v1{path}")["data"]

    def ask_package(self, person_id: str, reason: str = "") -> dict[str, Any]:
        """Ask for a package. Raises CampusError `too_many_exports`, `not_allowed`."""
        return dict(self._write("POST", f"/users/{person_id}/data-export", {"reason": reason}))

    def package_state(self, person_id: str) -> dict[str, Any] | None:
        """Return how far the latest package is, None where none was asked for."""
        try:
            return dict(self._get(f"/users/{person_id}/data-export"))
        except CampusError as problem:
            if problem.code == "not_found":
                return None
            raise

    def save_package(self, person_id: str, package_id: str, place: Path) -> int:
        """Take a package and write it to a file; returns its bytes.

        Raises CampusError `export_taken`, `file_not_written`.
        """
        content = self._client.download(f"/api/v1/users/{person_id}/data-export/{package_id}/package")
        write_bytes(content, place)
        return len(content)

    def outlook(self, person_id: str) -> dict[str, Any]:
        """Return what anonymising someone would do."""
        return dict(self._get(f"/users/{person_id}/erasure"))

    def erase(self, person_id: str, reason: str) -> str:
        """Anonymise someone for good; returns the new name. Raises `fresh_sign_in_needed`, `erasure_kept`."""
        return str(self._write("POST", f"/users/{person_id}/erase", {"reason": reason})["label"])

    def hold(self, person_id: str, reason: str) -> None:
        """Set a legal hold."""
        self._write("PUT", f"/users/{person_id}/legal-hold", {"reason": reason})

    def release(self, person_id: str) -> None:
        """Lift a legal hold."""
        self._write("DELETE", f"/users/{person_id}/legal-hold", None)

    def periods(self) -> list[dict[str, Any]]:
        """Return each class of data with its period and how many rows are too old."""
        return list(self._get("/retention")["classes"])

    def set_period(self, name: str, days: int | None) -> list[dict[str, Any]]:
        """Set a period. Raises CampusError `fresh_sign_in_needed`, `period_too_short`."""
        return list(self._write("PUT", f"/retention/{name}", {"days": days})["classes"])

    def trial(self, days: Mapping[str, int | None]) -> dict[str, int]:
        """Count what periods would remove now."""
        return dict(self._write("POST", "/retention/trial", {"days": dict(days)})["counts"])

    def runs(self) -> list[dict[str, Any]]:
        """Return what the nights removed, the latest first."""
        return list(self._get("/retention/runs")["runs"])


def is_officer(actor: Any) -> bool:
    """Tell whether someone anonymises people and sets periods."""
    return bool(actor.may(Permission.PEOPLE_ERASE))


def class_words(name: str) -> str:
    """Return what a class of data is called."""
    words = {
        "notices": text("Notices"),
        "deliveries": text("Letters that were sent"),
        "command_bodies": text("What changes said, word for word"),
        "ended_sign_ins": text("Sign-ins that ended"),
        "registrations": text("Registrations that were settled"),
        "invitations": text("Invitations that were settled"),
        "merges": text("Records of merged entries"),
        "left_students": text("Students who left: names and texts"),
    }
    return words.get(name, name.replace("_", " ").capitalize())


def too_old_words(n: int) -> str:
    """Return how many rows the next night removes."""
    return plural("{n} too old now", "{n} too old now", n) if n else text("Nothing too old")


def table_words(name: str) -> str:
    """Return what a table of rows is called where someone reads what an erasure does."""
    words = {
        "person": text("Name, number and contact"),
        "person_photo": text("Photo"),
        "profile": text("Profile"),
        "private_profile": text("Address and contacts"),
        "credential": text("Password"),
        "factor": text("Second factor"),
        "sign_in": text("Sign-ins"),
        "notice": text("Notices"),
        "delivery": text("Letters"),
        "submission": text("Work handed in: texts and files"),
        "observation": text("Attendance: notes"),
        "leave_request": text("Leave: reasons and answers"),
        "mark": text("Marks: comments"),
        "mark_entry": text("History of marks: comments"),
        "mark_note": text("Notes on marks"),
        "work_comment": text("Comments on work"),
        "command_log": text("Changes: what they said"),
        "conflict": text("Disagreements"),
        "enrolment": text("Enrolments"),
        "course_grade": text("Course grades"),
        "cohort_instructor": text("Cohorts taught"),
        "class_session": text("Classes taught"),
        "kit_loan": text("Loans of kit"),
        "ledger_entry": text("Entries of the ledger"),
        "payment": text("Payments"),
        "application": text("Applications"),
    }
    return words.get(name, name.replace("_", " ").capitalize())
