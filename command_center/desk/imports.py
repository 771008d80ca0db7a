"""Files of offline recorders on the desk: bring one, go on with one, see how far each is.

The page asks here for the terms and the ticket; the bytes go from the browser to the relay.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.access.staff import StaffView, list_staff
from command_center.desk import show
from command_center.desk.page import blueprint, render
from command_center.desk.problems import sentence_of, sentences_of
from command_center.desk.recording_facts import ahead_words
from command_center.desk.states import State
from command_center.devices.sources import SourceView, sources
from command_center.footage.imports import (
    ImportView,
    NewImport,
    begin_import,
    go_on,
    list_imports,
    read_import,
    shown_name,
)
from command_center.operations.service import list_operations
from command_center.operations.views import OperationRow
from command_center.platform.errors import json_response
from command_center.platform.pages import gettext as _
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.bridge import ImportStage
from schemas.sign import decode

_MAX_OPERATIONS = 50
_PARTLY = "partly"
_SUBJECTS = ("import.", "source.", "operation.unknown")
_OVER = (ImportStage.DONE, ImportStage.FAILED)


@dataclass(frozen=True)
class ImportShown:
    """An import as a row; `running`: whether its page part asks the relay how far it is. `file` is
    the name as the file bears it, by which it is known again."""

    id: str
    name: str
    file: str
    bytes: int
    size: str
    recorder: str
    officer: str
    started: str
    ahead: str
    made: str
    state: State
    why: str
    sha256: str
    arriving: bool
    running: bool
    recording: bool


@dataclass(frozen=True)
class Choices:
    """What the form offers."""

    recorders: tuple[SourceView, ...]
    officers: tuple[tuple[str, str], ...]
    operations: tuple[tuple[str, str], ...]


def import_states() -> dict[str, State]:
    """Return the chips of a row: by stage, and what only the page itself or the relay knows."""
    return {
        ImportStage.ARRIVING: State("warn", "back", _("等待上传")),
        "uploading": State("brand", "conn", _("上传中")),
        ImportStage.KEEPING: State("brand", "half", _("保存原件")),
        ImportStage.READING: State("brand", "half", _("读取画面")),
        ImportStage.SIGNING: State("brand", "half", _("签名入库")),
        ImportStage.DONE: State("ok", "arch", _("已入库")),
        _PARTLY: State("warn", "arch", _("部分入库")),
        ImportStage.FAILED: State("bad", "gap", _("未能入库")),
        "refused": State("bad", "fail", _("未完成")),
    }


def import_state(stage: str, code: str) -> State:
    """Return the chip of a stage."""
    return import_states()[_PARTLY if code and stage == ImportStage.DONE else stage]


def _present(one: ImportView) -> ImportShown:
    return ImportShown(
        one.id, shown_name(one.name), one.name, one.size, show.size(one.size), one.device_name,
        one.officer_name, show.moment_second(one.started_wall_ms), ahead_words(one.clock_ahead_ms),
        show.moment(one.made_ms), import_state(one.stage, one.code),
        sentence_of(one.code) if one.code else "", show.fingerprint_text(one.sha256),
        one.stage == ImportStage.ARRIVING, one.stage not in _OVER, one.recording,
    )  # fmt: skip


def _read(
    uow: UnitOfWork, who: Principal
) -> tuple[list[ImportView], list[SourceView], list[StaffView], list[OperationRow]]:
    return (
        list_imports(uow, who), sources(uow), list_staff(uow, who),
        list_operations(uow, who)[:_MAX_OPERATIONS] if who.may("operation:read") else [],
    )  # fmt: skip


@blueprint.get("/imports")
@permits("recording:import")
def imports() -> ResponseReturnValue:
    """Show the form and the newest imports."""
    found, recorders, staff, operations = database().read(_read, principal())
    choices = Choices(
        tuple(recorders),
        tuple((one.id, f"{one.name} · {show.role(one.role)}") for one in staff if one.active),
        tuple((one.id, f"{one.title} · {one.case_number}") for one in operations),
    )
    return render("desk/imports.html", imports=[_present(one) for one in found], choices=choices,
                  states=import_states(), sentences=sentences_of(_SUBJECTS))  # fmt: skip


@blueprint.get("/imports/<recording>")
@permits("recording:import")
def import_row(recording: str) -> ResponseReturnValue:
    """Show one import as a row, for a page that was open before it was announced."""
    found = database().read(read_import, principal(), recording)
    return render_template("desk/_import_row.html", one=_present(found))


@blueprint.post("/imports")
@permits("recording:import")
def new_import() -> ResponseReturnValue:
    """Answer with an `ImportPass` for a new file: `NewImport`."""
    message = decode(request.get_data(), NewImport)
    return json_response(database().run(begin_import, principal(), message))


@blueprint.post("/imports/<recording>/ticket")
@permits("recording:import")
def import_again(recording: str) -> ResponseReturnValue:
    """Answer with an `ImportPass` to go on with a file."""
    return json_response(database().read(go_on, principal(), recording))
