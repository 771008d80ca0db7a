"""What happened, append-only: entries as the leaves of a Merkle tree with signed heads."""
