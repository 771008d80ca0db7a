"""What each audience may see: grants, query passwords, one signed document for each grant."""
