"""Class sessions on the server."""
