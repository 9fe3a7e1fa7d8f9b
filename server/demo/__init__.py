"""The sample institute: a media school in Accra with one term of class sessions and registers."""
