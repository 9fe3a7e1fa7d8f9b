"""What the database has to say about a roster's rows, beside the reader's own errors."""

from collections.abc import Callable
from typing import Any

from server.learning.roster.findings import Findings, RowError, printable
from shared.core.text import text

Sentence = Callable[..., str]


def _branch_unknown(**p: Any) -> str:
    if p["nearest"]:
        return text(
            "Line {line} of {file}: there is no branch “{value}” here. “{nearest}” is the nearest; write the name of "
            "one of the institute's branches.",
            **p,
        )
    return text(
        "Line {line} of {file}: there is no branch “{value}” here. Add it to the institute first, or leave the cell "
        "empty.",
        **p,
    )


SENTENCES: dict[str, Sentence] = {
    "branch_not_allowed": lambda **p: text(
        "Line {line} of {file}: the office says at which branch a person is, and your role doesn't. Leave this column "
        "out, or ask the office to import the list.",
        **p,
    ),
    "branch_twice": lambda **p: text(
        "Line {line} of {file}: several branches are called “{value}” here. Give each a name of its own.", **p
    ),
    "branch_unknown": _branch_unknown,
    "cohort_needs_course": lambda **p: text(
        "Line {line} of {file}: there is no class “{value}” here, and the file doesn't say which course it belongs to. "
        "Add the class first, or map the column of the course.",
        **p,
    ),
    "cohort_of_another_course": lambda **p: text(
        "Line {line} of {file}: the class “{value}” belongs to the course {holder} here, and the file says {wanted}. "
        "Give the class of the other course a code of its own.",
        **p,
    ),
    "enrolment_needs_course": lambda **p: text(
        "Line {line} of {file}: the person is imported, but into no class. There is no class “{value}” here, and the "
        "file doesn't say which course it belongs to. Add the class first, or map the column of the course.",
        **p,
    ),
    "field_refused": lambda **p: text("Line {line} of {file}, column {column}: {reason}", **p),
    "new_person_suspended": lambda **p: text(
        "Line {line} of {file}: {value} is new, and nobody begins suspended. Write active, import the line, "
        "and suspend the person afterwards.",
        **p,
    ),
    "person_matched_twice": lambda **p: text(
        "Line {line} of {file}: {value} is {holder} here, and an earlier line is about the same person. "
        "Remove one of the two lines.",
        **p,
    ),
    "person_not_allowed": lambda **p: text(
        "Line {line} of {file}: {value} is staff, and staff are changed by someone who may assign roles. "
        "Ask an administrator to import this line.",
        **p,
    ),
    "private_not_allowed": lambda **p: text(
        "Line {line} of {file}: addresses and contacts are kept by the office, and your role doesn't change them. "
        "Leave these columns out, or ask the office to import the list.",
        **p,
    ),
    "role_not_allowed": lambda **p: text(
        "Line {line} of {file}: the role {value} is given by someone who may assign roles. "
        "Ask an administrator to import this line.",
        **p,
    ),
    "value_taken_here": lambda **p: text(
        "Line {line} of {file}: {value} in the column {column} belongs to {holder} here already. "
        "Mend the line, or the person.",
        **p,
    ),
}

ASKS: dict[str, Sentence] = {
    "deactivates_people": lambda **p: text(
        "This roster would deactivate {count} of {total} active people. Go on only if the file lists everybody.", **p
    ),
    "deactivates_enrolments": lambda **p: text(
        "This roster would end {count} of {total} active enrolments. Go on only if the file lists all of them.", **p
    ),
}


def report(
    findings: Findings,
    code: str,
    file: str,
    line: int,
    *,
    column: str | None = None,
    value: str | None = None,
    **places: Any,
) -> None:
    """Add an error of one of `SENTENCES` to what the reader found; the same number of errors is kept one by one."""
    shown = None if value is None else printable(value)
    sentence = SENTENCES[code](file=file, line=line, column=column, value=shown, **places)
    findings.add(RowError(file, line, code, sentence, column, shown))
