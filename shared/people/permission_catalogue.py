"""The one table of permissions: word, area, what it lets one do, and the sentence for those who don't hold it."""

from dataclasses import dataclass

from shared.core.actor import Actor
from shared.core.text import text
from shared.people.vocabulary import Permission


@dataclass(frozen=True)
class CatalogueLine:
    """One permission as people choose it. `sensitive` ones reach personal secrets, money, rights or many rows."""

    word: Permission
    area: str
    lets: str
    sensitive: bool = False


def catalogue() -> tuple[CatalogueLine, ...]:
    """Return every permission, area by area, in the reader's language.

    A new permission is one line here, one in `Permission`, and its place in the built-in roles.
    """
    teaching = (*_learning(), *_attendance(), *_grading())
    return (*_people(), *_security(), *_institute(), *teaching, *_finance(), *_admissions())


def _people() -> tuple[CatalogueLine, ...]:
    p = Permission
    return (
        CatalogueLine(p.PEOPLE_SEE, "people", text("See the people of the institute")),
        CatalogueLine(p.PEOPLE_EDIT, "people", text("Add, edit and deactivate students")),
        CatalogueLine(p.PEOPLE_IMPORT, "people", text("Bring in rosters")),
        CatalogueLine(p.PEOPLE_EXPORT, "people", text("Take lists of people out of Campusdesk"), sensitive=True),
        CatalogueLine(p.PEOPLE_BULK, "people", text("Change many people in one step"), sensitive=True),
        CatalogueLine(p.PEOPLE_MERGE, "people", text("Merge two entries of the same person")),
        CatalogueLine(p.PEOPLE_ERASE, "people", text("Anonymise people and set how long data is kept"), sensitive=True),
        CatalogueLine(p.ROLES_ASSIGN, "people", text("Give people their roles, and edit staff"), sensitive=True),
        CatalogueLine(p.ROLES_EDIT, "people", text("Make and edit roles"), sensitive=True),
    )


def _security() -> tuple[CatalogueLine, ...]:
    p = Permission
    return (
        CatalogueLine(p.SECURITY_SEE, "security", text("See others' sign-ins and the security log"), sensitive=True),
        CatalogueLine(
            p.SECURITY_MANAGE,
            "security",
            text("End sign-ins, unlock accounts and mark devices as lost"),
            sensitive=True,
        ),
        CatalogueLine(p.AUDIT_READ, "security", text("Read the log of all changes"), sensitive=True),
        CatalogueLine(p.BACKUPS_MAKE, "security", text("Make backups of everything"), sensitive=True),
        CatalogueLine(p.DEVICES_SEE, "security", text("See computers with unsent work")),
    )


def _institute() -> tuple[CatalogueLine, ...]:
    p = Permission
    return (
        CatalogueLine(p.SEE_ALL, "institute", text("See the whole institute, not only one's own classes")),
        CatalogueLine(p.SETTLE, "institute", text("Settle what two people changed at the same time")),
        CatalogueLine(p.ORGANISATION_EDIT, "institute", text("Change the institute's settings"), sensitive=True),
        CatalogueLine(p.MESSAGES_MANAGE, "institute", text("Edit templates of messages and follow their delivery")),
        CatalogueLine(
            p.PLATFORM_ORGANISATIONS, "institute", text("Make institutes on this server and see them"), sensitive=True
        ),
    )


def _learning() -> tuple[CatalogueLine, ...]:
    p = Permission
    return (
        CatalogueLine(p.COURSES_EDIT, "learning", text("Make and edit courses and cohorts")),
        CatalogueLine(p.ENROLMENTS_EDIT, "learning", text("Enrol people and confirm walk-ins")),
        CatalogueLine(p.TERMS_ROLL_OVER, "learning", text("Roll a term over"), sensitive=True),
        CatalogueLine(p.SESSIONS_PLAN, "timetable", text("Plan, move and cancel classes, rooms and holidays")),
        CatalogueLine(p.SESSIONS_ADD_OWN, "timetable", text("Add a class on the spot in one's own cohorts")),
        CatalogueLine(p.KIT_MANAGE, "timetable", text("Keep the list of kit")),
        CatalogueLine(p.KIT_LEND, "timetable", text("Lend kit and take it back")),
    )


def _attendance() -> tuple[CatalogueLine, ...]:
    p = Permission
    return (
        CatalogueLine(p.REGISTERS_TAKE_OWN, "attendance", text("Take the registers of one's own classes")),
        CatalogueLine(p.REGISTERS_TAKE_ANY, "attendance", text("Take any register")),
        CatalogueLine(p.REGISTERS_CORRECT, "attendance", text("Correct registers that others took")),
    )


def _grading() -> tuple[CatalogueLine, ...]:
    p = Permission
    return (
        CatalogueLine(p.ASSIGNMENTS_EDIT, "grading", text("Set work and make rubrics")),
        CatalogueLine(p.WORK_HAND_IN, "grading", text("Hand in one's own work")),
        CatalogueLine(p.MARKS_RECORD, "grading", text("Mark work in one's own cohorts")),
        CatalogueLine(p.MARKS_MODERATE, "grading", text("Moderate marks in every cohort")),
        CatalogueLine(p.MARKS_CORRECT, "grading", text("Change marks that are released or locked"), sensitive=True),
        CatalogueLine(p.MARKS_RELEASE, "grading", text("Release marks to students")),
        CatalogueLine(p.GRADES_PUBLISH, "grading", text("Publish course grades and lock them"), sensitive=True),
    )


def _finance() -> tuple[CatalogueLine, ...]:
    p = Permission
    return (
        CatalogueLine(p.FINANCE_SEE, "finance", text("See everybody's fees and payments"), sensitive=True),
        CatalogueLine(p.FINANCE_CHARGE, "finance", text("Charge students and reverse charges"), sensitive=True),
        CatalogueLine(p.FINANCE_TAKE_PAYMENT, "finance", text("Take payments at the cash desk"), sensitive=True),
        CatalogueLine(
            p.FINANCE_APPROVE,
            "finance",
            text("Decide about voids, refunds and transfers, and move money"),
            sensitive=True,
        ),
        CatalogueLine(
            p.FINANCE_MANAGE, "finance", text("Set fees, plans and policies, and read reports of money"), sensitive=True
        ),
    )


def _admissions() -> tuple[CatalogueLine, ...]:
    p = Permission
    return (
        CatalogueLine(p.ADMISSIONS_SEE, "admissions", text("See enquiries and applications"), sensitive=True),
        CatalogueLine(p.ADMISSIONS_EDIT, "admissions", text("Keep enquiries and design application forms")),
        CatalogueLine(
            p.ADMISSIONS_DECIDE, "admissions", text("Review applications and decide about them"), sensitive=True
        ),
    )


def lets(word: str) -> str:
    """Return what a permission lets one do; the word itself for one that a newer server knows."""
    return next((line.lets for line in catalogue() if line.word == word), word)


def why_not(actor: Actor, *any_of: str) -> str | None:
    """Return None where the actor holds one of these permissions, else the sentence for the disabled action.

    Both sides decide by this one function and `Actor.may`, on which it stands.
    """
    if any(actor.may(word) for word in any_of):
        return None
    return text('Your roles don\'t include "{lets}". Ask an administrator.', lets=lets(any_of[0]))
