"""The chat: one pure turn over the rule base, and channels that only translate."""
