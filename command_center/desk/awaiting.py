"""What a viewer sees live before the centre heard of it: a relay shows it to him at once, and its
feed tells the centre a moment later."""

from __future__ import annotations

import time

import gevent

from command_center.access.guard import database
from command_center.footage.service import is_told_of
from command_center.measures.columns import is_id

_PATIENCE_S, _LOOK_S = 5.0, 0.2


def await_footage(recording: str) -> None:
    """Give the feed time to tell of a recording that is pointed at; one of which it tells nothing
    is for the verb to refuse."""
    until = time.monotonic() + _PATIENCE_S
    while is_id(recording) and not database().read(is_told_of, recording):
        if time.monotonic() > until:
            return
        gevent.sleep(_LOOK_S)
