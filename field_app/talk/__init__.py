"""Talk with the desk and the crew: what is heard, what is said, and how."""
