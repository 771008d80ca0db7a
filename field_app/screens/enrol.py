"""Enrolment: centre address, one-time code, device name."""

from __future__ import annotations

from kivy.properties import StringProperty

from field_app.screens.screen import FieldScreen
from field_app.window.words import tr, tr_problem
from schemas.problems import MzError

_FIELDS = {"centre": "enrol.need_centre", "code": "enrol.need_code", "name": "enrol.need_name"}


class EnrolScreen(FieldScreen):
    """Shown until the device is known to a centre; typed text stays after a refusal."""

    trouble = StringProperty("")

    def enrol(self) -> None:
        """Ask the service to enrol; name what is empty first."""
        self.trouble = ""
        empty = [name for name in _FIELDS if not self.ids[name].text.strip()]
        for name in empty:
            self.ids[name].error = tr(_FIELDS[name])
        if empty:
            self.ids[empty[0]].focus()
            return
        typed = {name: self.ids[name].text.strip() for name in _FIELDS}
        self.state.enrol(typed["centre"], typed["code"], typed["name"], self._refused)

    def _refused(self, error: MzError) -> None:
        self.trouble = tr_problem(error.code)
