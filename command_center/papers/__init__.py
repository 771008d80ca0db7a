"""Papers (文书): made from the record, typeset, approved, stamped, issued."""
