"""People and roles on the server."""
