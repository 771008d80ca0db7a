"""The device itself: its keys and enrolment, its place, its clock and power."""
