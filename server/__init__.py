"""The server: every rule applied, everything kept, nothing trusted that a client says."""
