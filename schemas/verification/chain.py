"""Step 3: each fragment names the one before, from the signed opening on; heads agree."""

from __future__ import annotations

import heapq
from collections.abc import Iterator

from schemas.media import fragment, head, opening
from schemas.media.fragment import Rendition
from schemas.problems import MzError
from schemas.verification import layout
from schemas.verification.evidence import Evidence, Stream
from schemas.verification.integrity import stated_numbers
from schemas.verification.report import Step
from schemas.verification.sentences import finding


def check(evidence: Evidence, step: Step) -> dict[str, object]:
    """Walk every stream of the package once, in bounded pieces."""
    heads = 0
    stated = stated_numbers(evidence)
    for path in layout.streams(evidence.package):
        stream = Stream(path)
        if path.rendition == Rendition.FULL:
            stream.wanted = stated.get(path.recording, set())
        evidence.streams.append(stream)
        needed = [path.opening, path.init, path.fragments, path.heads]
        if path.closed in evidence.package.members:
            needed.append(path.closed)
        if not all(evidence.package.sound(each) for each in needed):
            stream.sound = False
            continue
        before = len(step.findings)
        try:
            heads += _check_stream(evidence, stream, step)
        except MzError as error:
            step.found(finding("chain.malformed", path.fragments, detail=str(error)))
        stream.sound = len(step.findings) == before
    _check_former(evidence, step)
    recordings = {stream.path.recording for stream in evidence.streams}
    fragments = sum(stream.fragments for stream in evidence.streams)
    return {"recordings": len(recordings), "fragments": fragments, "heads": heads}


def _check_stream(evidence: Evidence, stream: Stream, step: Step) -> int:
    """Check one rendition; return how many heads were compared."""
    path = stream.path
    stated = evidence.opening(path.recording)
    if stated is None or stated.recording != path.recording:
        step.found(finding("chain.opening_changed", path.opening))
        return 0
    init = evidence.package.window(path.init, 0, opening.MAX_INIT_BYTES + 1)
    try:
        opening.check_init(stated, path.rendition, init)
    except MzError:
        step.found(finding("chain.init_changed", path.init))
    timescale = stated.rendition(path.rendition).timescale
    first = fragment.first_link(evidence.envelope(path.opening).payload, path.rendition)
    return _Walk(evidence, stream, step, timescale, first).run()


class _Walk:
    """One pass over fragments and heads side by side."""

    def __init__(
        self, evidence: Evidence, stream: Stream, step: Step, timescale: int, first: bytes
    ) -> None:
        self._evidence, self._stream, self._step = evidence, stream, step
        self._timescale = timescale
        self._first = self._link = first
        self._number = -1
        self._heads = self._decoded_heads()
        self._next = next(self._heads, None)
        self._compared = 0

    def run(self) -> int:
        """Walk to the end; return how many heads were compared."""
        for frame, path in self._frames():
            if not self._accept(frame, path):
                return self._compared
            self._compare_heads()
        self._compare_rest()
        return self._compared

    def _frames(self) -> Iterator[tuple[layout.Frame, str]]:
        """Yield whole fragments and bare headers of closed ones by number, with their file."""
        package, path = self._evidence.package, self._stream.path
        whole = ((frame, path.fragments) for frame in layout.read_frames(package, path.fragments))
        if path.closed not in package.members:
            return whole
        bare = ((frame, path.closed) for frame in layout.read_closed(package, path.closed))
        return heapq.merge(whole, bare, key=lambda found: found[0].header.number)

    def _decoded_heads(self) -> Iterator[head.Head]:
        for each in layout.read_heads(self._evidence.package, self._stream.path.heads):
            yield head.decode_head(each.raw)

    def _accept(self, frame: layout.Frame, file: str) -> bool:
        """Check one fragment; False ends the walk, since nothing after it can be placed.

        Of a closed one only the header is here: its place in the chain is checked, its digest
        cannot be, and its device must have called it private.
        """
        header, path = frame.header, self._stream.path
        number, place = header.number, (file, frame.start, frame.end - 1)
        closed = file == path.closed
        if (header.recording, header.rendition) != (path.recording, path.rendition):
            return self._fail("chain.fragment_foreign", number, place)
        if number <= self._number:
            return self._fail("chain.out_of_order", number, place)
        if closed and not header.private:
            return self._fail("chain.closed_not_private", number, place)
        try:
            if not closed:
                fragment.check_digest(header, frame.raw[fragment.HEADER_BYTES :])
        except MzError:
            return self._fail("chain.payload_changed", number, place)
        if number == self._number + 1 and header.previous != self._link:
            return self._fail("chain.link_broken", number, place)
        self._number, self._link = number, fragment.link(frame.raw, header.hash_alg)
        if number in self._stream.wanted:
            self._stream.links[number] = self._link
        length_ms = header.media_duration * 1000 // self._timescale
        self._stream.compare_clocks(number, header.wall_ms, header.mono_ms)
        span = header.wall_ms, header.wall_ms + length_ms
        self._stream.add(number, *span)
        if header.private:
            self._stream.add_private(*span, closed=closed)
        return True

    def _fail(self, code: str, number: int, place: tuple[str, int, int]) -> bool:
        file, start, end = place
        self._step.found(finding(code, file, number, start, end))
        return False

    def _compare_heads(self) -> None:
        """Compare the heads that speak of the fragment just read; pass those of a gap."""
        while self._next is not None and self._next.number <= self._number:
            if self._next.number == self._number:
                self._compare(self._next, self._link)
            self._next = next(self._heads, None)

    def _compare_rest(self) -> None:
        """What is left speaks of fragments that are not here, or says that none was made."""
        while self._next is not None:
            if self._next.number == head.NO_FRAGMENT:
                self._compare(self._next, self._first)
            else:
                self._note(self._next)
            self._next = next(self._heads, None)

    def _compare(self, stated: head.Head, link: bytes) -> None:
        path = self._stream.path
        same = (stated.recording, stated.rendition) == (path.recording, path.rendition)
        if not same or stated.link != link:
            self._step.found(finding("chain.head_differs", path.heads, stated.number))
            return
        self._compared += 1
        self._note(stated)

    def _note(self, stated: head.Head) -> None:
        number = -1 if stated.number == head.NO_FRAGMENT else stated.number
        self._stream.last_head = number
        if stated.final:
            self._stream.final, self._stream.final_link = number, stated.link


def _check_former(evidence: Evidence, step: Step) -> None:
    """Where a recording names a former one that is here too, its end must be that one's end."""
    ends = {
        (each.path.recording, each.path.rendition): each
        for each in evidence.streams
        if each.sound and each.final is not None
    }
    for recording, path in layout.openings(evidence.package).items():
        stated = evidence.opening(recording)
        for former in stated.former if stated else []:
            end = ends.get((former.recording, former.rendition))
            named = -1 if former.number == head.NO_FRAGMENT else former.number
            if end is not None and (end.final, end.final_link.hex()) != (named, former.link):
                step.found(finding("chain.former_differs", path, former=former.recording))
