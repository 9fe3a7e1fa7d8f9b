"""Class sessions: when and where a cohort meets."""
