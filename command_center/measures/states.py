"""States of measures, named as DOMAIN §5.2 names them."""

from __future__ import annotations

from command_center.platform.worded import Worded


class MeasureState(Worded):
    """States of a measure."""

    DRAFT = "DRAFT", "草稿", "draft"
    APPROVED = "APPROVED", "已批准", "approved"
    EXECUTED = "EXECUTED", "已实施", "executed"
    IN_FORCE = "IN_FORCE", "有效", "in force"
    RENEWED = "RENEWED", "已续行", "renewed"
    RELEASED = "RELEASED", "已解除", "released"
    LAPSED = "LAPSED", "已失效", "lapsed"
    CONVERTED = "CONVERTED", "已变价", "converted into money"
    QUEUED = "QUEUED", "轮候", "queued"
