"""The quarantine: what revoked devices still send, kept apart until two persons decide."""
