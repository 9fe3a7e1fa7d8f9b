"""Students who left: after a time that the institute sets they are anonymised, and their marks stay."""

from functools import partial

from server.core.retention import HELD, RetentionClass, counted
from server.people.retention_classes import anonymise_all

# Students who left: nobody signs in, no class goes on, and nothing was asked about them since.
_LEFT = f"""FROM person p WHERE p.organisation_id = :o AND p.state = 'inactive' AND p.roles = '["student"]'
AND p.id NOT IN ({HELD}) AND p.id NOT IN (SELECT e.person_id FROM erasure e WHERE e.organisation_id = :o)
AND p.id NOT IN (SELECT n.person_id FROM enrolment n WHERE n.organisation_id = :o
AND n.state IN ('pending', 'active', 'suspended'))
AND NOT EXISTS (SELECT 1 FROM command_log c WHERE c.organisation_id = :o AND c.target_id = p.id
AND c.received_at >= :before)
AND NOT EXISTS (SELECT 1 FROM sign_in s WHERE s.organisation_id = :o AND s.person_id = p.id
AND s.last_used_at >= :before)"""  # noqa: S608 - our own words
CLASSES = (
    RetentionClass(
        "left_students",
        None,
        365,
        counted(f"SELECT count(*) {_LEFT}"),
        partial(anonymise_all, chosen=f"SELECT p.id {_LEFT} ORDER BY p.id LIMIT :rows"),
    ),
)
