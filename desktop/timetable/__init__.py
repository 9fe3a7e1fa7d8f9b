"""The timetable on the desktop: class sessions listed, planned, moved and cancelled."""
