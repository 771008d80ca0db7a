"""Recordings as the relays report them: index, continuity, tickets, evidence packages."""
