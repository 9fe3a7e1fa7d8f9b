"""The lowest step of the server: database, command log, feed, audit chain and the sync route."""
