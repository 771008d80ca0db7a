"""The staff's face: the live wall, operations, cases, archive, notices, devices, ledger."""
