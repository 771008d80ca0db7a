"""Devices: enrolment by one-time code, certificates, contact, tickets, revocation."""
