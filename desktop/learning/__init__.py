"""Courses on the desktop: courses, their cohorts, who is enrolled, academic terms, and rosters brought in."""
