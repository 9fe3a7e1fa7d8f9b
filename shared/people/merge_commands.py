"""What is asked of two entries that are the same person: to be merged, and to be taken apart again."""

from pydantic import ConfigDict, Field

from shared.core.strict import StrictModel
from shared.people.merge_rules import Side

MERGED_PERSON = "merged_person"
"""The kind of row that tells every device where an entry went: its id, number and name, and the one that stays."""


class _Payload(StrictModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MergePeople(_Payload):
    """Merge the entry `from_id` into the target; only at the server.

    `choices` says for a field whose value stays; without one the rule decides. The names are those that were shown:
    the audit log tells of both entries by them. `from_revision` is what was seen of the entry that goes.
    """

    from_id: str
    from_revision: str | None = None
    from_name: str = Field(default="", max_length=320)
    to_name: str = Field(default="", max_length=320)
    choices: dict[str, Side] = Field(default_factory=dict, max_length=20)


class UndoMerge(_Payload):
    """Take a merge apart (target: the entry that stayed)."""

    merge_id: str
    from_id: str = ""
    from_name: str = Field(default="", max_length=320)
    to_name: str = Field(default="", max_length=320)


PAYLOADS: dict[str, type[StrictModel]] = {"MergePeople": MergePeople, "UndoMerge": UndoMerge}
