"""Deadlines: the law as dated data (rule packs), the calendar, and how a date is computed."""
