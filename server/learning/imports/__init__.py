"""Joins rosters to the database: shows what would change, applies it through the one door, and takes it back."""
