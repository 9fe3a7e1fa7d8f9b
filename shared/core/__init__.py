"""The lowest step of the ladder: commands, outcomes, sync messages, errors, clocks and ids."""
