"""What may be asked of the capture service: each verb with the struct that its `args` are."""

from __future__ import annotations

from field_app.local_api.acts import (
    Draft,
    DropDraftArgs,
    FaultNoteArgs,
    MarkerArgs,
    MeasureArgs,
    PhotoArgs,
    RecorderReasonArgs,
    StepArgs,
    StoodBesideArgs,
)
from field_app.local_api.outbox import OutboxArgs, OutboxItemArgs
from field_app.local_api.papers import PrintArgs, SignArgs, SignOnPaperArgs, TypesetArgs
from field_app.local_api.recording import (
    AssignArgs,
    BeginPrivateArgs,
    FootageByArgs,
    KeyArgs,
    StartArgs,
    StartCrewArgs,
    StopArgs,
)
from field_app.local_api.safety import (
    CloseSosArgs,
    GuardArgs,
    PlanSilenceArgs,
    RaiseSosArgs,
    SetPinArgs,
    UnlockArgs,
)
from field_app.local_api.second import ConfirmSecondArgs, EnrolSecondArgs, LeaveSecondArgs
from field_app.local_api.status import AcknowledgeArgs, EnrolArgs
from field_app.local_api.talk import HearingArgs
from field_app.local_api.tether import BeCarriedArgs, CarryArgs
from field_app.local_api.visit import (
    ConfirmValueArgs,
    OpenOperationArgs,
    OperationArgs,
    StateValueArgs,
)

VERBS: dict[str, type | None] = {
    "status": None,
    "subscribe": None,
    "enrol": EnrolArgs,
    "contact": None,
    "start": StartArgs,
    "stop": StopArgs,
    "arm": None,
    "disarm": None,
    "step": StepArgs,
    "photo": PhotoArgs,
    "begin_memo": None,
    "end_memo": None,
    "save_measure": MeasureArgs,
    "typeset": TypesetArgs,
    "sign": SignArgs,
    "sign_on_paper": SignOnPaperArgs,
    "printers": None,
    "print": PrintArgs,
    "stood_beside": StoodBesideArgs,
    "enrol_second": EnrolSecondArgs,
    "seconds": None,
    "confirm_second": ConfirmSecondArgs,
    "leave_second": LeaveSecondArgs,
    "keep_draft": Draft,
    "drop_draft": DropDraftArgs,
    "drafts": None,
    "marker": MarkerArgs,
    "fault_note": FaultNoteArgs,
    "recorder_reason": RecorderReasonArgs,
    "start_crew": StartCrewArgs,
    "begin_private": BeginPrivateArgs,
    "end_private": None,
    "plan_silence": PlanSilenceArgs,
    "end_silence": None,
    "raise_sos": RaiseSosArgs,
    "cancel_sos": None,
    "close_sos": CloseSosArgs,
    "guard": GuardArgs,
    "set_pin": SetPinArgs,
    "unlock": UnlockArgs,
    "assign": AssignArgs,
    "colleagues": None,
    "open_operation": OpenOperationArgs,
    "check_departure": OperationArgs,
    "ending": OperationArgs,
    "state_value": StateValueArgs,
    "confirm_value": ConfirmValueArgs,
    "key": KeyArgs,
    "acknowledge": AcknowledgeArgs,
    "talk_press": None,
    "talk_hold": None,
    "talk_release": None,
    "hearing": HearingArgs,
    "outbox": OutboxArgs,
    "outbox_groups": None,
    "send_again": OutboxItemArgs,
    "send_as_new": OutboxItemArgs,
    "footage_by": FootageByArgs,
    "carry": CarryArgs,
    "be_carried": BeCarriedArgs,
    "shutdown": None,
}
