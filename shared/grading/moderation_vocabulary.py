"""The words of second marking and of asking for a mark to be looked at again."""

from enum import StrEnum

MARK_PART = "mark_part"
REGRADE = "regrade"
MOST_WORDS = 2000
"""Letters of what a student asks about a mark, and of the answer."""


class Part(StrEnum):
    """Whose judgement it is where two mark: the first's and the second's to finish, or what was agreed on."""

    NONE = ""
    FIRST = "first"
    SECOND = "second"
    MODERATOR = "moderator"


class RegradeState(StrEnum):
    """Whether someone has answered the student."""

    OPEN = "open"
    ANSWERED = "answered"


class RegradeOutcome(StrEnum):
    """What came of looking again: nothing yet, the mark stays for a reason, or there is another one."""

    NONE = ""
    KEPT = "kept"
    CHANGED = "changed"
