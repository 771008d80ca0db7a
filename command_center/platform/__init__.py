"""What every room stands on: database, unit of work, outbox, event log, settings, keys, errors."""
