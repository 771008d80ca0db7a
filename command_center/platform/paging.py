"""How long a page of a register is: one number for every register."""

PAGE = 50
"""Rows of a page; pages count from 0."""
