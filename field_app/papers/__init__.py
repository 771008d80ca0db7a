"""Papers at the scene: written from the form, typeset offline, signed on glass."""
