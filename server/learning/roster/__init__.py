"""Reads rosters (OneRoster 1.1 and 1.2 zips, any CSV or XLSX by a mapping) into records; knows no database."""
