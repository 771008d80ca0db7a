"""Settings: language, appearance, this device, about."""

from __future__ import annotations

from typing import Any

from kivy.properties import StringProperty

from field_app.local_api import Status
from field_app.screens.said import link_look
from field_app.screens.screen import FieldScreen
from field_app.theme.parts import FixedRow, Rule
from field_app.version import APP
from field_app.window import shown
from field_app.window.words import LANGUAGES, chosen, tr
from schemas.stream import Route

_GUARD_MINUTES = (0, 15, 30, 60)
_NAMES = {"zh-CN": "中文", "en": "English"}


class Pair(FixedRow):
    """A word and its value."""

    label = StringProperty("")
    text = StringProperty("")
    tone = StringProperty("t1")


class SettingsScreen(FieldScreen):
    """What the officer may choose, and what this device is."""

    who = StringProperty("")
    version = StringProperty(APP)

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self._pairs: dict[str, Pair] = {}
        self.ids.language.choices = [(language, _NAMES[language]) for language in LANGUAGES]
        self.ids.language.value = chosen()
        self.ids.appearance.choices = [
            (scheme, tr(f"settings.{scheme}")) for scheme in ("light", "dark")
        ]
        self.ids.appearance.value = self.guide.choices.appearance
        self.ids.language.bind(value=lambda _seg, value: self.guide.choose(language=value))
        self.ids.hearing.bind(value=self._hear_by)
        self.ids.guard.choices = [
            (str(n), tr("sheet.minutes", n=n) if n else tr("guard.off")) for n in _GUARD_MINUTES
        ]
        self.ids.guard.bind(value=lambda _seg, value: self._guard(int(value)))
        self.ids.appearance.bind(value=lambda _seg, value: self.guide.choose(appearance=value))

    def refresh(self) -> None:
        """Show what is known of this device."""
        status = self.state.status
        if status is None:
            return
        hearing, talk = self.ids.hearing, status.talk
        hearing.choices = [(one.value, tr(f"talk.{one.value}")) for one in talk.routes]
        hearing.value = talk.route.value
        if status.guard_until_ms is None and not self.ids.guard.value:
            self.ids.guard.value = "0"
        officer = status.officer
        self.who = f"{officer.name} · {officer.number}" if officer else ""
        for label, text, tone in self._facts(status):
            pair = self._pairs.get(label) or self._add(label)
            pair.text, pair.tone = text, tone

    def report(self) -> None:
        """Report in: the guard's time begins anew."""
        self.state.guard(int(self.ids.guard.value))

    def _guard(self, minutes: int) -> None:
        status = self.state.status
        if status is not None and (minutes or status.guard_until_ms is not None):
            self.state.guard(minutes)

    def _hear_by(self, _segment: object, value: str) -> None:
        status = self.state.status
        if status is not None and value != status.talk.route.value:
            self.state.hear_by(Route(value))

    def _add(self, label: str) -> Pair:
        if self._pairs:
            self.ids.device.add_widget(Rule())
        self._pairs[label] = Pair(label=tr(label))
        self.ids.device.add_widget(self._pairs[label])
        return self._pairs[label]

    def _facts(self, status: Status) -> list[tuple[str, str, str]]:
        look = link_look(status)
        contact = shown.since(status.last_contact_ms, int(self.state.now_ms))
        return [
            ("settings.name", status.device_name, "t1"),
            ("settings.id", status.device[-12:], "t1"),
            ("settings.court", status.court, "t1"),
            ("settings.centre", status.centre_url, "t1"),
            ("settings.link", look.words, look.tone),
            ("settings.last_contact", contact, "t1"),
            ("settings.free", shown.size(status.free_bytes), "t1"),
        ]
