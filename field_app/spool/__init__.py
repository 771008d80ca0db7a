"""What the device keeps: fragments, heads, records and exhibits, encrypted at rest."""
