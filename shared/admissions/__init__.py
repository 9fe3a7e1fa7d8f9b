"""Admissions as both sides know them: enquiries, application forms, applications and decisions."""
