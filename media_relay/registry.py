"""The recordings in memory: loaded when they are spoken of, let go when they are at rest."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from media_relay.index import Index
from media_relay.recordings import RecordingState
from media_relay.shelf import load_recording
from schemas.problems import Kind, MzError

AT_REST_S = 600.0


class Registry:
    """Recording states by id; the index holds those that are not here."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._states: dict[str, RecordingState] = {}

    def __iter__(self) -> Iterator[RecordingState]:
        return iter(list(self._states.values()))

    def here(self, recording: str) -> RecordingState | None:
        """Return a recording that is in memory."""
        return self._states.get(recording)

    async def find(self, recording: str) -> RecordingState | None:
        """Return a recording, loaded from the index if need be, or None."""
        found = self._states.get(recording)
        if found is not None:
            return found
        loaded = await self._index.run(lambda connection: load_recording(connection, recording))
        if loaded is None:
            return self._states.get(recording)
        return self._states.setdefault(recording, loaded)

    async def get(self, recording: str) -> RecordingState:
        """Return a recording; `recording.unknown`."""
        found = await self.find(recording)
        if found is None:
            raise MzError("recording.unknown", Kind.NOT_FOUND, recording[:64])
        return found

    def add(self, state: RecordingState) -> None:
        """Take a new recording."""
        self._states[state.id] = state

    def drop(self, recording: str) -> None:
        """Forget a recording whose opening the log could not take."""
        self._states.pop(recording, None)

    def let_go(self, connected: Callable[[str], bool]) -> None:
        """Forget what has been at rest in the vault for ten minutes; the index keeps it.

        What a connected device may still hold open stays: there is one state of a recording.
        """
        now = time.monotonic()
        for state in self:
            at_rest = not state.pending and not state.closing and not state.in_flight()
            if at_rest and not connected(state.device) and now - state.touched > AT_REST_S:
                del self._states[state.id]
