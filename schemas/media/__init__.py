"""The road of a fragment in bytes: frames, chains, openings, parts and their encryption.

The byte layouts are fixed by ADR 0001 and by the golden files of `tests/contract/golden/`.
"""
