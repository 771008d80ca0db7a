"""The sentences of the room that serves papers."""

from __future__ import annotations

from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

SERVING: Final[dict[str, LazyString]] = {
    "service.day_ahead": _("结果的日期不能在今天以后"),
    "service.day_before": _("结果的日期不能早于文书发出之日；已阅、回复不能早于到达之日"),
    "service.ladder_open": _("公告送达以前，各类地址都须送达未成或者查明没有"),
    "service.no_address": _("请选择向哪个地址送达"),
    "service.no_proof": _("请写明凭证：回执号、见证人、录像或者照片"),
    "service.no_reason": _("公告送达须写明原因"),
    "service.no_source": _("请写明地址从哪里得知，或者怎样查过而没有"),
    "service.outcome_written": _("结果已经登记"),
    "service.paper_not_issued": _("文书还没有发出，不能送达"),
    "service.sms_alone": _("短信只是告知，不是送达"),
    "service.unknown": _("没有这次送达"),
    "delivery.unknown": _("没有这份送达回证"),
    "delivery.no_line": _("请选择1至40项文书"),
    "delivery.copies": _("一项文书的件数为1至99份"),
    "delivery.twice": _("同一文书只列一项"),
    "delivery.method": _("这种送达方式没有逐项签收的回证"),
    "delivery.not_his": _("文书不属于本案，或者不是给此人的"),
    "service.unknown_attempt": _("没有这一次送达"),
    "service.unknown_method": _("请选择送达方式"),
    "service.unknown_rung": _("请选择地址来源"),
    "service.wrong_outcome": _("这种送达方式没有这种结果"),
}
