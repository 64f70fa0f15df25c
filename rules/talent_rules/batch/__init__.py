"""A table of people decided row by row: read, decide, and write what a clerk can act on."""
