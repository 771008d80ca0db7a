"""The guardian: watches every date, raises the eight alarms, asks for reasons, drafts renewals."""
