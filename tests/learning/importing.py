"""An importer over the small institute, and what tests ask about the database after it."""

from dataclasses import asdict

from server.core.batch import Origin
from server.learning.imports.columns import mapping_of, options_of
from server.learning.imports.importer import Ask, By, Importer
from server.learning.roster.reading import inspect_roster
from tests.learning.roster_samples import OFFICE_HEADER, csv_text, office_rows, students

EVERY_ASK = ("deactivates_people", "deactivates_enrolments")


class Office:
    """Imports rosters into an institute, as its administrator unless said otherwise."""

    def __init__(self, institute, folder):
        self.institute = institute
        self.folder = folder
        parts = institute.parts
        self.database = parts.database
        self.importer = Importer(parts.database, parts.door, institute.clock, parts.new_id)
        self.actor = institute.system.actor

    def ask(self, path, columns=None, **more):
        one_cohort = more.pop("one_cohort", None)
        doubles, others = more.pop("doubles", None), more.pop("other_doubles", "leave")
        mapping = mapping_of(inspect_roster(path), columns, more)
        return Ask(path, path.name, mapping, options_of(mapping, None, one_cohort, doubles, others))

    def dry_run(self, path, columns=None, actor=None, **more):
        return asdict(
            self.importer.dry_run(actor or self.actor, self.ask(path, columns, **more), self.folder / "steps")
        )

    def bring(self, path, columns=None, actor=None, confirmed=(), **more):
        """Dry run and apply; gives both."""
        found = self.dry_run(path, columns, actor, **more)
        return found, self.apply(path, found, actor, confirmed)

    def apply(self, path, found, actor=None, confirmed=()):
        by = By(actor or self.actor, Origin(""))
        return self.importer.apply(by, path.name, self.folder / "steps", found, confirmed)

    def undo(self, entry, actor=None):
        return self.importer.undo(By(actor or self.actor, Origin("")), entry["id"])

    def rows(self, statement, **places):
        with self.database.read() as db:
            places = {"o": self.institute.organisation_id, **places}
            return [tuple(row) for row in db.rows(statement, **places)]

    def person(self, number):
        """The person of a number as a dictionary."""
        names = "id given_name family_name email phone date_of_birth username state roles number revision".split()
        wanted = ", ".join(names)
        found = self.rows(f"SELECT {wanted} FROM person WHERE organisation_id = :o AND number = :n", n=number)
        return dict(zip(names, found[0], strict=True)) if found else None

    def count(self, table, where="1 = 1"):
        return self.rows(f"SELECT count(*) FROM {table} WHERE organisation_id = :o AND {where}")[0][0]

    def feed(self, kind):
        """What devices are told of a kind: id to (deleted, entry)."""
        found = self.rows(
            "SELECT entity_id, deleted, entry FROM feed_row WHERE organisation_id = :o AND kind = :k", k=kind
        )
        return {row[0]: (bool(row[1]), row[2]) for row in found}

    def everything(self):
        """All rows that an import may touch, to compare before and after."""
        tables = {
            "person": "id, number, given_name, family_name, phone, email, state, roles",
            "course": "id, code, title, archived",
            "cohort": "id, code, name, course_id, instructors, archived",
            "academic_term": "id, name, starts_on",
            "enrolment": "id, cohort_id, person_id, state",
            "person_role": "person_id, role_key",
            "cohort_instructor": "person_id, cohort_id",
            "private_profile": "person_id, address, guardians",
        }
        return {
            name: sorted(self.rows(f"SELECT {columns} FROM {name} WHERE organisation_id = :o"))
            for name, columns in tables.items()
        }


def office_file(folder, count=12, name="list.csv", change=None):
    """A list as an office keeps it."""
    rows = office_rows(students(count))
    if change is not None:
        change(rows)
    path = folder / name
    path.write_text(csv_text(OFFICE_HEADER, rows), encoding="utf-8")
    return path
