"""Closing: how a case's procedure changes, up to its end."""
