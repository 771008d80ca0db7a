"""The desk of a visit: codes and passwords, orders, markers, talk, alarms, private intervals."""

from __future__ import annotations

from door.story.footage_desk import FootageDesk
from door.story.measure_desk import MeasureDesk


class Desk(FootageDesk, MeasureDesk):
    """One member of staff at the desk."""

    def enrolment_code(self, officer: str) -> str:
        """Return a one-time code for an officer's device."""
        return self._secret("devices/codes", {"officer": officer})

    def revoke(self, device: str, reason: str) -> None:
        """Revoke a device that was lost."""
        self._form(f"devices/{device}/revocation", {"reason": reason})

    def issue_password(self, case: str, party: str) -> str:
        """Return a fresh query password of a party, shown once."""
        return self._secret(f"cases/{case}/parties/{party}/password", {})

    def send_order(self, operation: str, text: str) -> None:
        """Send one text order to the crew."""
        self._form(f"operations/{operation}/orders", {"text": text})

    def order_states(self, operation: str, text: str) -> list[str]:
        """Return how far an order got with each recipient."""
        page = self._page(f"operations/{operation}")
        for order in page.all(data_order=None):
            if text in order.text:
                return [each.get("data-order-state") for each in order.all(data_order_state=None)]
        return []

    def mark(self, operation: str, text: str) -> None:
        """Mark this moment from the desk."""
        self._form(f"operations/{operation}/markers", {"kind": "important", "text": text})

    def markers(self, operation: str) -> list[str]:
        """Return the ids of an operation's markers, in the order of the footage."""
        page = self._page(f"operations/{operation}/markers")
        return [each.get("data-marker") for each in page.all(data_marker=None)]

    def marker_texts(self, operation: str) -> list[str]:
        """Return what the page says of each marker."""
        page = self._page(f"operations/{operation}/markers")
        return [each.text for each in page.all(data_marker=None)]

    def talk(self, operation: str) -> dict[str, str]:
        """Return what was said in an operation: burst and digest of its sound."""
        page = self._page(f"operations/{operation}/talk")
        return {
            each.get("data-burst"): each.get("data-sha256") for each in page.all(data_burst=None)
        }

    def alarms(self) -> dict[str, str]:
        """Return what the page says of each open alarm of an officer."""
        return {
            each.get("data-alarm"): each.text for each in self._page("sos").all(data_alarm=None)
        }

    def take_alarm(self, alarm: str) -> None:
        """Say that this person takes it."""
        self._form(f"sos/{alarm}/taken", {})

    def end_alarm(self, alarm: str, outcome: str) -> None:
        """End it after a call-back."""
        self._form(f"sos/{alarm}/ended", {"outcome": outcome})

    def private(self, operation: str) -> list[str]:
        """Return the ids of an operation's private intervals."""
        page = self._page(f"operations/{operation}/private")
        return [each.get("data-private") for each in page.all(data_private=None)]

    def ask_private(self, operation: str, interval: str, viewer: str, reason: str) -> str:
        """Ask for a private interval to be opened to a viewer; return the opening's id."""
        fields = {"viewer": viewer, "minutes": "30", "reason": reason}
        self._form(f"operations/{operation}/private/{interval}", fields)
        page = self._page(f"operations/{operation}/private").first(data_private=interval)
        opening = page.first(data_opening=None) if page else None
        return opening.get("data-opening") if opening else ""

    def agree_to_private(self, opening: str) -> None:
        """Agree to what another person asked for."""
        self._form(f"openings/{opening}", {"answer": "agree"})

    def close_private(self, opening: str) -> None:
        """Close an opening before its time."""
        self._form(f"openings/{opening}/close", {})
