"""The channels: each only translates between the outside and the turn."""
