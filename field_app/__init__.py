"""The officer's app: records first, sends when it can, works a whole day with no network."""
