"""The desktop's side of notices."""
