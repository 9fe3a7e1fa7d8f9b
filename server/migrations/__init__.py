"""Named, reversible changes of the tables, and the ways to run them."""
