"""States of measures, named as DOMAIN §5.2 names them."""

from __future__ import annotations

from enum import StrEnum


class MeasureState(StrEnum):
    """States of a measure."""

    DRAFT = "DRAFT"
    APPROVED = "APPROVED"
    EXECUTED = "EXECUTED"
    IN_FORCE = "IN_FORCE"
    RENEWED = "RENEWED"
    RELEASED = "RELEASED"
    LAPSED = "LAPSED"
    CONVERTED = "CONVERTED"
    QUEUED = "QUEUED"

    @property
    def zh(self) -> str:
        """The Chinese word."""
        return _STATE_WORDS[self][0]

    @property
    def en(self) -> str:
        """The English word."""
        return _STATE_WORDS[self][1]


_STATE_WORDS: dict[MeasureState, tuple[str, str]] = {
    MeasureState.DRAFT: ("草稿", "draft"),
    MeasureState.APPROVED: ("已批准", "approved"),
    MeasureState.EXECUTED: ("已实施", "executed"),
    MeasureState.IN_FORCE: ("有效", "in force"),
    MeasureState.RENEWED: ("已续行", "renewed"),
    MeasureState.RELEASED: ("已解除", "released"),
    MeasureState.LAPSED: ("已失效", "lapsed"),
    MeasureState.CONVERTED: ("已变价", "converted into money"),
    MeasureState.QUEUED: ("轮候", "queued"),
}
