"""Courses, the cohorts they run as, and who is enrolled."""
