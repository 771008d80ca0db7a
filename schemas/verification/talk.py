"""Talk in a package: the relay's word about each burst, and the sound that it names."""

from __future__ import annotations

from schemas import bundle, keys
from schemas.feed import TALK_BURST, TalkBurst
from schemas.problems import MzError
from schemas.sign import Envelope, decode_payload
from schemas.time import clock_text
from schemas.verification import layout
from schemas.verification.evidence import Evidence
from schemas.verification.report import Step
from schemas.verification.sentences import finding, remark


def check(evidence: Evidence, facts: bundle.BundleFacts, step: Step) -> set[str]:
    """Check every burst that the centre's facts name; return the digests of their sound."""
    held, named = layout.exhibits(evidence.package), set()
    for envelope in facts.talk:
        stated = _stated(envelope, evidence.ring)
        if stated is None:
            step.found(finding("exhibits.talk_unsigned", key=envelope.key[:16]))
            continue
        named.add(stated.sha256)
        path = held.get(stated.sha256)
        if path is None and stated.private and stated.sha256 in facts.closed:
            step.remarks.append(
                remark("exhibits.closed", sha=stated.sha256, interval=", ".join(stated.private))
            )
        elif path is None or evidence.package.size(path) != stated.size:
            step.found(finding("exhibits.talk_missing", burst=stated.burst, sha=stated.sha256))
        step.remarks.append(
            remark(
                "exhibits.talk",
                at=clock_text(stated.began_ms),
                seconds=f"{stated.duration_ms / 1000:.1f}",
                who_zh="指挥中心" if stated.desk else "设备",
                who_en="the desk" if stated.desk else "device",
                speaker=stated.speaker,
                devices=len(stated.devices),
                staff=len(stated.staff),
            )
        )
    return named


def _stated(envelope: Envelope, ring: keys.KeyRing | None) -> TalkBurst | None:
    """Return what a relay of the court signed, or None. Without a ring step 4 has said so."""
    try:
        stated = decode_payload(envelope, TALK_BURST, TalkBurst)
        if ring is not None:
            ring.check(envelope, keys.Use.RELAY, stated.ended_ms)
    except MzError:
        return None
    return stated
