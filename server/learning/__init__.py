"""Courses, cohorts and enrolments on the server."""
