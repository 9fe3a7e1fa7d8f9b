"""People on the desktop: listed, found, added, edited, and their states and roles set."""
