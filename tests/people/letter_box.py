"""A box that takes letters in place of messaging, and gives back what was secret in them."""

from dataclasses import dataclass, field
from typing import Any

from server.core.letters import Letter


@dataclass
class LetterBox:
    """Letters as they were handed over, the last one last; what was rolled back never arrives."""

    letters: list[Letter] = field(default_factory=list)

    def last(self, template: str) -> Letter:
        """The last letter of a template."""
        return next(one for one in reversed(self.letters) if one.template == template)

    def code(self, template: str) -> str:
        """The code of the last letter of a template."""
        return self.last(template).secrets["code"]

    def of(self, template: str) -> list[Letter]:
        """All letters of a template."""
        return [one for one in self.letters if one.template == template]


def box_for(server: Any) -> LetterBox:
    """Let a test see the letters of its server, which messaging takes as it does otherwise."""
    box, real = LetterBox(), server.context.deliverer(server.context)

    def post(db: Any, letter: Letter) -> None:
        real(db, letter)
        box.letters.append(letter)

    object.__setattr__(server.context, "deliverer", lambda _context: post)
    return box
