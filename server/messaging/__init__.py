"""The server's side of notices."""
