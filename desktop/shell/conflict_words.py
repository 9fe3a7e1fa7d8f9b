"""Fields and values of conflicting versions as people read them."""

from collections.abc import Mapping, Sequence
from typing import Any

from desktop.core.local_store import LocalStore
from desktop.shell.conflict_money import money_fields, money_held, money_kinds, money_reasons, money_value
from shared.attendance.vocabulary import AttendanceState
from shared.core.text import plural, text
from shared.people.vocabulary import BRANCH, PERSON, Role

_PEOPLE = frozenset({"instructors", "instructor_id", "assigned_to"})


def field_words(name: str) -> str:
    """Return the label of a field."""
    words = {
        "mark": text("Mark"),
        "number": text("Number"),
        "given_name": text("First name"),
        "family_name": text("Family name"),
        "other_names": text("Other names"),
        "email": text("Mail address"),
        "phone": text("Phone"),
        "date_of_birth": text("Date of birth"),
        "username": text("Username"),
        "state": text("State"),
        "roles": text("Roles"),
        "code": text("Code"),
        "title": text("Title"),
        "name": text("Name"),
        "description": text("Description"),
        "category": text("Category"),
        "difficulty": text("Difficulty"),
        "mode": text("Where it is held"),
        "archived": text("Archived"),
        "starts_on": text("First day"),
        "ends_on": text("Last day"),
        "starts_at": text("Starts"),
        "ends_at": text("Ends"),
        "room": text("Room"),
        "capacity": text("Places"),
        "instructors": text("Instructors"),
        "instructor_id": text("Instructor"),
        "person_id": text("Student"),
        "enrolled_on": text("Enrolled on"),
        "threshold": text("Attendance below, in percent"),
        "streak": text("Absences in a row"),
        "answer": text("Answer"),
    }
    return words.get(name) or _rarer_words(name)


def _rarer_words(name: str) -> str:
    words = {
        "judgement": text("Mark"),
        "due_at": text("Due"),
        "cutoff_at": text("Cut-off"),
        "opens_at": text("Opens"),
        "instructions": text("Instructions"),
        "points": text("Points"),
        "jpeg_base64": text("Photo"),
        "borrower": text("Borrower"),
        "condition": text("Condition"),
        "condition_in": text("Condition when it came back"),
        "course_ids": text("For students of"),
        "block_days": text("A late return blocks for, in days"),
        "longest_days": text("A loan lasts at most, in days"),
        "preferred_name": text("Preferred name"),
        "bio": text("About the person"),
        "skill_level": text("Skill level"),
        "learning_style": text("Way of learning"),
        "study_time": text("Time for studying"),
        "weekly_goal": text("Weekly goal in minutes"),
        "branch_id": text("Branch"),
        "guardians": text("Contacts"),
        "decision": text("Decision"),
        "follow_up_on": text("Ask again on"),
        "assigned_to": text("With"),
        "prefix": text("Begins with"),
        "year": text("Year"),
        "digits": text("Digits"),
        "start": text("First number"),
    }
    return words.get(name) or money_fields().get(name, name.replace("_", " ").capitalize())


def kind_words(kind: str) -> str:
    """Return what kind of thing a conflict is about."""
    return {**_office_kinds(), **_work_kinds(), **money_kinds()}.get(kind, text("Entry"))


def _office_kinds() -> dict[str, str]:
    return {
        "person": text("Person"),
        "course": text("Course"),
        "cohort": text("Cohort"),
        "enrolment": text("Enrolment"),
        "class_session": text("Class"),
        "observation": text("Attendance mark"),
        "register": text("Register"),
        "leave_request": text("Leave"),
        "attendance_policy": text("When attendance warns"),
        "academic_term": text("Term"),
        "organisation": text("Institute"),
        "person_photo": text("Photo"),
        "profile": text("Profile"),
        "private_profile": text("Address and contacts"),
        "numbering_rule": text("Student numbers"),
        "kit_item": text("Kit"),
        "kit_loan": text("Loan"),
        "kit_booking": text("Booking"),
        "kit_policy": text("Limits of loans"),
        "finance_policy": text("What happens to overdue money"),
        "enquiry": text("Enquiry"),
        "application_form": text("Application form"),
        "application": text("Application"),
    }


def _work_kinds() -> dict[str, str]:
    return {
        "mark": text("Mark"),
        "mark_part": text("Mark by one of two"),
        "regrade": text("Question about a mark"),
        "assignment": text("Work"),
        "submission": text("Hand-in"),
        "extension": text("More time"),
        "rubric": text("Rubric"),
        "work_comment": text("Comment on work"),
        "grade_scheme": text("How grades come about"),
        "course_grade": text("Course grade"),
        "work_group": text("Groups of work"),
        "peer_review": text("Review by a student"),
        "skill": text("Skill"),
        "skill_supervisor": text("Supervisor"),
        "skill_observation": text("What was seen of a skill"),
        "portfolio_item": text("Portfolio"),
    }


def mark_words(values: Mapping[str, Any]) -> str:
    """Return "Late · 8 min" for the values of an attendance mark."""
    states = {
        AttendanceState.PRESENT: text("Present"),
        AttendanceState.LATE: text("Late"),
        AttendanceState.ABSENT: text("Absent"),
        AttendanceState.EXCUSED: text("Excused"),
        AttendanceState.LEFT_EARLY: text("Left early"),
        AttendanceState.NONE: text("Not marked"),
    }
    word = states[AttendanceState(values.get("state") or values.get("mark") or "none")]
    minutes = values.get("minutes")
    words = text("{state} · {minutes} min", state=word, minutes=minutes) if minutes else word
    note = values.get("note")
    return text("{mark}: {note}", mark=words, note=note) if note else words


def value_words(store: LocalStore, name: str, value: Any) -> str:
    """Return one value as a tile prints it."""
    if value is None or value in ("", [], ()):
        return text("Empty")
    if name == "jpeg_base64":
        return text("A photo of {n} KB", n=max(1, len(str(value)) * 3 // 4000))
    if isinstance(value, bool):
        return text("Yes") if value else text("No")
    if name in _PEOPLE or name == "branch_id":
        ids = value if isinstance(value, list | tuple) else [value]
        return _people_words(store, ids) if name in _PEOPLE else _branch_words(store, str(value))
    if name == "guardians":
        parts = ("name", "relation", "phone", "email")
        return "; ".join(", ".join(str(one[part]) for part in parts if one.get(part)) for one in value)
    money = money_value(store, name, value)
    if money is not None:
        return money
    if isinstance(value, list | tuple):
        return ", ".join(_word(one) for one in value)
    return _word(value) if name in {"state", "category", "difficulty", "mode", "judgement", "decision"} else str(value)


def _branch_words(store: LocalStore, branch_id: str) -> str:
    branch = store.get(BRANCH, branch_id) if BRANCH in store.area.kinds else None
    return str((branch or {}).get("name") or text("Another branch"))


def _people_words(store: LocalStore, ids: Sequence[str]) -> str:
    known = store.many(PERSON, [str(one) for one in ids])
    names = [" ".join(filter(None, (one.get("given_name"), one.get("family_name")))) for one in known.values()]
    missing = len(ids) - len(names)
    return ", ".join([*names, plural("{n} other", "{n} others", missing)] if missing else names)


def _word(value: Any) -> str:
    return str(value).replace("_", " ").capitalize() if str(value) in set(Role) or str(value).islower() else str(value)


def held_words(values: Mapping[str, Any]) -> str:
    """Return what a held command asked for."""
    if values.get("type") == "RecordObservation":
        return text("Attendance mark: {mark}", mark=mark_words(values))
    words = {
        "AddWalkIn": text("Add {name} to the class"),
        "PlanClassSession": text("Add a class that isn't planned"),
        "EditClassSession": text("Change a class"),
        "FinishRegister": text("Finish a register"),
        "EnrolPerson": text("Enrol a student"),
        "SetPersonPhoto": text("Set a photo"),
        "GiveNumbers": text("Give student numbers"),
        "RequestLeave": text("Ask for leave"),
        "AnswerLeave": text("Answer a leave request"),
        "WithdrawLeave": text("Withdraw a leave request"),
        "LendKit": text("Lend a piece of kit to {name}"),
        "ReturnKit": text("Take a piece of kit back"),
        "BookKit": text("Book a piece of kit for {name}"),
        "RecordMark": text("Change a mark"),
        "SetMarks": text("Change marks"),
        "RecordMarkPart": text("Give a mark as one of two"),
        "AskRegrade": text("Ask about a mark"),
        "AnswerRegrade": text("Answer a student about a mark"),
        "ReleaseMarks": text("Publish marks"),
        "HandIn": text("Hand work in"),
        "GrantExtension": text("Give more time"),
        "StartApplication": text("Begin an application"),
        "SaveApplication": text("Fill an application in"),
        "SubmitApplication": text("Send an application"),
        "DecideApplication": text("Decide about an application"),
    }
    template = {**words, **money_held()}.get(str(values.get("type")), text("Change an entry"))
    name = " ".join(filter(None, (values.get("given_name"), values.get("family_name")))) or values.get("person_name")
    return template.format(name=name or text("someone"))


def held_reason(reason: str | None) -> str:
    """Return why a command waits for the office."""
    reasons = {
        "clash": text("Something else is planned at that time."),
        "room_removed": text("The room was removed."),
        "not_teaching": text("The author doesn't teach this class."),
        "not_in_cohort": text("The student isn't in the cohort of this class any more."),
        "waits_for_creation": text("What it belongs to hasn't arrived yet."),
        "class_session_unknown": text("This class isn't planned."),
        "class_session_cancelled": text("This class is cancelled."),
        "class_session_in_future": text("This class lay in the future."),
        "author_suspended": text("The author was suspended when it arrived."),
        "value_taken": text("Someone else has the same value, which only one may have."),
        "borrower_blocked": text("The borrower was late, or still has something that is overdue."),
        "kit_no_right": text("The borrower isn't enrolled in a course that may use it."),
        "kit_booked": text("Someone else has booked it for that time."),
        "kit_removed": text("It was removed from the kit."),
        "kit_in_repair": text("It is in repair."),
        "loan_too_long": text("The loan lasts longer than the institute allows."),
        "person_inactive": text("The borrower is suspended or has left."),
        "marks_locked": text("The marks of this class are locked."),
        "needs_moderator": text("Two mark this work; a moderator sets the agreed mark."),
        "two_have_marked": text("Two others have marked this work already."),
        "parts_known": text("Both markers know each other's mark already."),
        "mark_agreed": text("The mark is agreed on already."),
        "mark_released": text("The mark is published: the student sees it."),
    }
    return {**money_reasons(), **reasons}.get(reason or "", "")
