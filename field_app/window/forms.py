"""The forms that may be half filled in the window, and the text that the service keeps of one."""

from __future__ import annotations

import msgspec

from field_app.local_api.acts import Draft
from field_app.window.act import ActDraft
from field_app.window.fault import FaultDraft
from field_app.window.value import ValueDraft
from schemas.measures.forms import FORMS

Form = ActDraft | FaultDraft | ValueDraft
_KINDS: dict[str, type[FaultDraft] | type[ValueDraft]] = {
    "fault": FaultDraft,
    "value": ValueDraft,
}


def kept(form: Form) -> str:
    """Return the text that the service keeps of a form."""
    return msgspec.json.encode(form).decode()


def restored(draft: Draft) -> Form | None:
    """Return a form from its kept text, None where another version wrote what this cannot read."""
    kind: type[Form] = _KINDS.get(draft.name.partition("/")[0], ActDraft)
    try:
        found: Form = msgspec.json.decode(draft.text, type=kind)
    except msgspec.DecodeError:
        return None
    return None if isinstance(found, ActDraft) and found.form not in FORMS else found
