"""One device carries another one's connections to the court (ADR 0015)."""
