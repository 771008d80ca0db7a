"""Cases: number, parties, contacts, officers, and the enforcement log."""
