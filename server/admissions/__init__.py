"""Admissions on the server."""
