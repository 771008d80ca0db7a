"""The officer opens an operation himself (计划外行动): offline, in one tap's time, for good."""

from __future__ import annotations

from field_app.acts import Acts
from field_app.capture.recorder import Recorder
from field_app.device.identity import Identity
from field_app.device.place import PlaceSource
from field_app.device.seconds import Seconds
from field_app.local_api.recording import AssignArgs
from field_app.local_api.visit import OpenOperationArgs
from field_app.spool.spool import Spool
from field_app.sync.session import Session
from schemas.field_api import CrewMember, OperationBrief
from schemas.ids import id_bytes
from schemas.opened import OperationOpened, title
from schemas.problems import Kind, MzError
from schemas.time import now_ms


class Openings:
    """Makes the operation, signs what opens it, and ties to it what is recorded already."""

    def __init__(
        self,
        identity: Identity,
        spool: Spool,
        session: Session,
        recorder: Recorder,
        place: PlaceSource,
        seconds: Seconds,
        acts: Acts,
    ) -> None:
        self._identity, self._spool, self._session = identity, spool, session
        self._recorder, self._place, self._seconds, self._acts = recorder, place, seconds, acts

    def colleagues(self) -> list[CrewMember]:
        """Return who this device knows besides its officer: of the day's crews, and who has a PIN
        here."""
        me = self._identity.officer.officer
        crews = [one for brief in self._session.operations() for one in brief.crew]
        here = [one.enrolled.officer for one in self._seconds.all()]
        crews += [CrewMember(one.officer, one.name, one.role) for one in here]
        by_id = {one.officer: CrewMember(one.officer, one.name, one.role) for one in crews}
        by_id.pop(me, None)
        return list(by_id.values())

    def open(self, args: OpenOperationArgs) -> OperationBrief:
        """Keep the operation and the signed record that opens it, arrived as of now; again, with
        the same id, it changes nothing. A recording without an operation belongs to it then.

        Errors: `device.not_enrolled`, `id.malformed`, `case.unknown`, `operation.no_address`.
        """
        self._identity.court()
        id_bytes(args.operation)
        for known in self._session.operations():
            if known.operation == args.operation:
                return known
        brief, body = self._brief(args), self._body(args)
        self._acts.opened(brief, body)
        running = self._recorder.recording
        if running is not None and self._spool.assigned.operation(running) is None:
            self._acts.assign(AssignArgs(running, brief.operation))
        return brief

    def _body(self, args: OpenOperationArgs) -> OperationOpened:
        return OperationOpened(
            args.kind, now_ms(), self._address(args), self._number(args), args.crew,
            args.companions.strip(),
        )  # fmt: skip

    def _brief(self, args: OpenOperationArgs) -> OperationBrief:
        me = self._identity.officer
        beside = [one for one in self.colleagues() if one.officer in args.crew]
        crew = [CrewMember(me.officer, me.name, me.role, presiding=True), *beside]
        of_case = [one for one in self._session.operations() if args.case and one.case == args.case]
        parties = of_case[0].parties if of_case else []
        return OperationBrief(
            args.operation, args.case, self._number(args), title(args.kind), self._address(args),
            now_ms(), "on_scene", parties, crew,
            major_case=bool(of_case) and of_case[0].major_case,
        )  # fmt: skip

    def _number(self, args: OpenOperationArgs) -> str:
        if not args.case:
            return args.case_number.strip()
        for brief in self._session.operations():
            if brief.case == args.case:
                return brief.case_number
        raise MzError("case.unknown", Kind.NOT_FOUND, args.case[:40])

    def _address(self, args: OpenOperationArgs) -> str:
        """Return the place as he wrote it, or as it was measured."""
        where = self._place.now()
        if args.place_text.strip():
            return args.place_text.strip()
        if where is None or where.mock:
            raise MzError("operation.no_address", Kind.INVALID)
        return f"北纬{where.lat:.5f}，东经{where.lon:.5f}（误差{where.accuracy_m:.0f}米）"
