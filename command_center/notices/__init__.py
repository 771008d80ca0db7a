"""Telling: one notice for each party and channel, its attempts, receipts and final failures."""
