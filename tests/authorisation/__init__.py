"""Every role against every route and command: who is let in, cell by cell, and what happens when a check is missing."""
