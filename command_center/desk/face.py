"""Wires the desk's pages into the application."""

from __future__ import annotations

from flask import Flask

from command_center.access.guard import csrf_token
from command_center.desk import (
    alarm_register,
    archive,
    calendar,
    case_assets,
    case_file,
    case_import,
    case_log,
    case_opening,
    case_register,
    cases,
    contacts,
    deadlines,
    deliveries,
    devices,
    events,
    imports,
    law,
    ledger,
    measure,
    measure_list,
    measures,
    notices,
    operation,
    operation_list,
    operation_plan,
    papers,
    print_runs,
    private,
    procedure,
    quarantine,
    recordings,
    services,
    sign_in,
    simulated_sms,
    sos,
    sources,
    staff,
    talk,
    tickets,
    unplanned,
    wall,
)
from command_center.desk.page import blueprint

PAGES = (
    alarm_register,
    archive,
    calendar,
    case_assets,
    case_file,
    case_import,
    case_log,
    case_opening,
    case_register,
    cases,
    contacts,
    deadlines,
    deliveries,
    devices,
    events,
    imports,
    law,
    ledger,
    measure,
    measure_list,
    measures,
    notices,
    operation,
    operation_list,
    operation_plan,
    papers,
    print_runs,
    private,
    procedure,
    quarantine,
    recordings,
    services,
    sign_in,
    simulated_sms,
    sos,
    sources,
    staff,
    talk,
    tickets,
    unplanned,
    wall,
)
"""The modules whose routes make the desk; importing them registers the routes."""


def register(app: Flask) -> None:
    """Add the desk under `/desk`."""
    app.jinja_env.globals["csrf_token"] = csrf_token
    app.register_blueprint(blueprint)
