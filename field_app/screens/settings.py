"""Settings: language, appearance, this device, about."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from field_app.local_api.status import Status
from field_app.local_api.tether import CARRY_PORT, TetherNow
from field_app.screens.said import link_look
from field_app.screens.screen import FieldScreen
from field_app.theme.parts import FixedRow, Rule
from field_app.version import APP
from field_app.window import shown
from field_app.window.idle import TERMS
from field_app.window.words import LANGUAGES, chosen, tr
from schemas.field_api import SOON_S
from schemas.problems import MzError
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
    pin_set = BooleanProperty(False)
    carries = StringProperty("")
    carried = StringProperty("")

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
        self.ids.text_size.choices = [
            (size, tr(f"settings.text_{size}")) for size in ("plain", "large")
        ]
        self.ids.text_size.value = "large" if self.guide.choices.large else "plain"
        self.ids.text_size.bind(value=lambda _seg, value: self.guide.choose(large=value == "large"))
        self.ids.lock_after.choices = [(str(n), tr("lock.minutes", n=n)) for n in TERMS]
        self.ids.lock_after.value = str(self.guide.choices.lock_minutes)
        self.ids.lock_after.bind(
            value=lambda _seg, value: self.guide.choose(lock_minutes=int(value))
        )

        self.ids.carry.choices = [("off", tr("guard.off")), ("on", tr("tether.on"))]
        self.ids.carry.bind(value=lambda _seg, value: self._carry(value == "on"))

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
        self.pin_set = status.pin_set
        self._show_tether(status.tether)
        officer = status.officer
        self.who = f"{officer.name} · {officer.number}" if officer else tr("holder.nobody")
        for label, text, tone in self._facts(status):
            pair = self._pairs.get(label) or self._add(label)
            pair.text, pair.tone = text, tone

    def report(self) -> None:
        """Report in: the guard's time begins anew."""
        self.state.guard(int(self.ids.guard.value))

    def be_carried(self) -> None:
        """Go through the device that is named where there is no other way; or no longer."""
        self.state.call_busy("be_carried", lambda _result: None, carrier=self.ids.carrier.text)

    def _carry(self, on: bool) -> None:
        def failed(error: MzError) -> None:
            self.ids.carry.value = "off"
            self.state.refused(error)

        status = self.state.status
        if status is not None and on != bool(status.tether.address):
            port = CARRY_PORT if on else None
            self.state.call_busy("carry", lambda _result: None, failed, port=port)

    def _show_tether(self, now: TetherNow) -> None:
        address = tr("tether.address", address=now.address) if now.address else ""
        if address != self.carries or not self.ids.carry.value:
            self.carries, self.ids.carry.value = address, "on" if now.address else "off"
        key = "tether.carried" if now.carried else "tether.ready"
        self.carried = tr(key, carrier=now.carrier) if now.carrier else ""

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
        officer = status.officer
        contact = shown.since(status.last_contact_ms, int(self.state.now_ms))
        return [
            ("settings.name", status.device_name, "t1"),
            ("settings.holder", officer.name if officer else tr("holder.nobody"),
             "t1" if officer else "warn"),
            ("settings.id", status.device[-12:], "t1"),
            ("settings.court", status.court, "t1"),
            ("settings.centre", status.centre_url, "t1"),
            ("settings.link", look.words, look.tone),
            ("settings.last_contact", contact, "t1"),
            ("settings.free", *_lasting(shown.size(status.free_bytes), status.storage_left_s)),
            *_of_machine(status),
        ]  # fmt: skip


_CLOCK_SHOWN_MS = 2_000


def _of_machine(status: Status) -> list[tuple[str, str, str]]:
    """Return what the machine says of itself, where it says anything."""
    found = []
    if status.battery_percent is not None:
        said = f"{status.battery_percent} %"
        found.append(("settings.battery", *_lasting(said, status.battery_left_s)))
    if status.temperature_c is not None:
        said = f"{status.temperature_c:.0f} °C"
        found.append(
            ("settings.temperature", *_lasting(said, status.hot_left_s, "settings.hot_in"))
        )
    if status.clock_ahead_ms is not None:
        found.append(("settings.clock", *_clock(status.clock_ahead_ms)))
    return found


def _lasting(now: str, left_s: int | None, key: str = "settings.lasts") -> tuple[str, str]:
    """Return a reading with how long it lasts at the rate of late, and its tone."""
    if left_s is None:
        return now, "t1"
    lasts = tr(key, now=now, time=shown.span(left_s))
    return lasts, "warn" if left_s < SOON_S else "t1"


def _clock(ahead_ms: int) -> tuple[str, str]:
    if abs(ahead_ms) < _CLOCK_SHOWN_MS:
        return tr("settings.clock_right"), "t1"
    key = "settings.clock_fast" if ahead_ms > 0 else "settings.clock_slow"
    return tr(key, time=shown.span(abs(ahead_ms) // 1_000)), "warn"
