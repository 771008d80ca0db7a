"""The command centre: all facts, and no pictures."""
