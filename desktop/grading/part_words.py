"""The words of second marking that the workbench and the gradebook share."""

from shared.core.text import text
from shared.grading.moderation_vocabulary import Part


def part_name(part: str) -> str:
    """Return whose judgement it is, in words; an empty text where one marks."""
    names = {
        Part.FIRST: text("First marker"),
        Part.SECOND: text("Second marker"),
        Part.MODERATOR: text("Agreed mark"),
    }
    return names.get(Part(part), "")
