"""People, roles and permissions of an organisation."""
