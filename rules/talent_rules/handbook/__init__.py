"""The handbook: static pages written from the rules, so that what people read cannot drift from what is decided."""
