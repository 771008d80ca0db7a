"""Refusals as staff read them: a sentence for each code that a form or a page can meet."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, make_response, redirect, render_template, request, url_for

from command_center.platform.pages import gettext as _
from schemas.problems import Kind, MzError


@dataclass(frozen=True)
class ProblemShown:
    """A refusal under a field: its sentence and its stable code."""

    code: str
    sentence: str
    title: str = ""
    field: str = ""


def _sentences() -> dict[str, str]:
    return {
        "sign_in.wrong": _("工号或密码不正确"),
        "sign_in.locked": _("密码连续错误，账号已锁定 15 分钟"),
        "sign_in.throttled": _("此地址尝试过多，请 15 分钟后再试"),
        "session.none": _("登录已过期，请重新登录"),
        "session.csrf": _("页面已过期，请刷新后重试；没有任何改动"),
        "access.refused": _("您的角色没有这项权限"),
        "order.empty": _("请填写指令内容"),
        "order.too_long": _("指令不超过 500 字"),
        "operation.unknown": _("没有这次行动"),
        "case.unknown": _("没有这个案件"),
        "recording.unknown": _("没有这段录像"),
        "device.unknown": _("没有这台设备"),
        "staff.unknown": _("没有这名工作人员"),
        "notice.unknown": _("没有这条告知"),
        "party.not_told": _("只有申请执行人和被执行人可以取得查询密码"),
        "password.too_weak": _("新密码太弱：至少 10 个字符，不能是重复字符"),
        "password.wrong": _("现在的密码不正确"),
        "password.same": _("新旧密码相同"),
        "message.malformed": _("请求的内容不完整或格式不对；没有任何改动"),
        "task.no_outcome": _("请写明怎样告知的"),
        "task.unknown": _("没有这项待办"),
        "form.day_malformed": _("日期写法不对，应为 2026-03-12"),
        "form.number_malformed": _("请填写整数"),
        "form.amount_malformed": _("金额写法不对，应为 1234.50"),
        "deadline.unknown": _("没有这个期限"),
        "deadline.not_open": _("这个期限已经了结"),
        "deadline.day_ahead": _("完成日不能在今天以后"),
        "deadline.no_paper": _("请写明文书"),
        "deadline.no_reason": _("请写明理由"),
        "deadline.unknown_ground": _("没有这种不计入期间的事由"),
        "deadline.interval_reversed": _("结束日早于开始日"),
        "deadline.extension_not_in_rule": _(
            "该期限不得这样延长：须写明批准人，次数和长度以法律规定为限"
        ),
        "case_file.amount": _("金额写法不对，应为 1234.50"),
        "case_file.cell": _("单元格太长或者含有控制字符"),
        "case_file.columns": _("表头不对：列名须为规定的各列"),
        "case_file.day": _("立案日期写法不对，应为 2026-03-12"),
        "case_file.differs": _("本院已有这个案号，内容与文件不同"),
        "case_file.encoding": _("文件既不是 UTF-8 也不是 GB18030"),
        "case_file.formula": _("单元格以 = + - @ 开头，像公式"),
        "case_file.id_number": _("证件号不是有效的身份证号码或统一社会信用代码"),
        "case_file.malformed": _("文件不是完整的 CSV 或 JSON"),
        "case_file.parties": _("双方都要有当事人，证件号和电话的数目与姓名相同"),
        "case_file.repeated": _("文件里前面已有同一案号"),
        "case_file.row": _("这一行与表头不符"),
        "case_file.too_large": _("文件太大，请分成几个文件"),
        "case.number_malformed": _("案号写法不对"),
        "case.unknown_state": _("没有这种案件状态"),
        "log.ahead": _("时间不能在现在以后"),
        "log.no_reason": _("请写明更正理由"),
        "log.no_text": _("执行日志须写明内容"),
        "log.too_long": _("执行日志一条不超过 2000 字"),
        "log.unknown": _("没有这条记录"),
        "hold.open": _("本案已经在暂缓告知"),
        "hold.no_reason": _("请写明暂缓告知的理由"),
        "hold.too_long": _("暂缓时间超过规定的上限"),
        "hold.unknown": _("没有这次暂缓"),
        "hold.lifted": _("暂缓已经解除"),
        "contact.malformed": _("电话号码写法不对"),
        "contact.denied": _("该号码的机主说过不是本人：须当面或者书面确认后才能登记"),
        "contact.ended": _("这个号码已经停用"),
        "contact.unknown": _("没有这个号码"),
        "contact.unknown_source": _("请选择号码来源"),
        "contact.no_reason": _("请写明怎样确认、怎样得知的"),
        "letter.none": _("没有待寄的信件"),
        "letter.unknown": _("没有这封信件"),
        "letter.posted": _("这封信件已经交邮"),
        "letter.not_posted": _("这封信件不在途中"),
        "letter.no_tracking": _("请填写邮件单号"),
        "letter.no_reason": _("请写明退信原因"),
        "reply.unknown": _("没有这条来信"),
        "reply.settled": _("这条来信已经办结"),
        "sms.unknown": _("没有这条模拟短信"),
        "measure.unknown": _("没有这项措施"),
        "measure.not_registrable": _("这种措施不能这样登记"),
        "measure.field_missing": _("有必填的内容没有填写"),
        "measure.executed_ahead": _("实施或者送达的时间不能在将来"),
        "measure.dates_wanted": _("请按文书写明起止日期，且晚于现有期限"),
        "measure.no_debtor": _("本案没有被执行人"),
        "measure.minor": _("被执行人未满十八周岁：不得纳入失信；限制消费须写明法律依据"),
        "measure.age_unknown": _("不知道被执行人的年龄：请先登记身份证号"),
        "measure.not_in_force": _("这项措施现在没有效力"),
        "measure.holder_differs": _(
            "权利人证件号码与被执行人不一致，可能是同名的人；请写明核实身份的经过"
        ),
        "measure.no_paper": _("请写明文书"),
        "measure.not_queued": _("这项措施不在轮候"),
        "measure.still_in_force": _("措施仍然有效或者在轮候，不能办结"),
        "measure.closed": _("这项措施已经办结"),
        "measure.party_untold": _("还有当事人没有告知，也没有登记原因，不能办结"),
        "renewal.too_late": _("续行须在期限届满前送达协助单位"),
        "release.unknown_ground": _("请选择法定的解除理由"),
        "reason.unknown": _("没有这项说明任务"),
        "reason.given": _("原因已经说明，或者已经不需要说明"),
        "reason.too_short": _("请把原因写清楚，至少 10 个字"),
        "reason.too_long": _("原因不超过 200 字"),
        "alarm.unknown_kind": _("没有这种预警"),
        "interval.unknown": _("没有这段期间"),
        "interval.ended": _("这段期间已经结束或者作废"),
        "rule.unknown": _("没有这条规则"),
        "rule.not_in_force": _("这条规则在起算日尚未施行或者已经失效"),
        "calendar.no_note": _("请写明依据"),
        "service.unknown": _("没有这次送达"),
        "service.paper_not_issued": _("文书还没有发出，不能送达"),
        "service.unknown_rung": _("请选择地址来源"),
        "service.no_source": _("请写明地址从哪里得知，或者怎样查过而没有"),
        "service.sms_alone": _("短信只是告知，不是送达"),
        "service.unknown_method": _("请选择送达方式"),
        "service.no_address": _("请选择向哪个地址送达"),
        "service.no_reason": _("公告送达须写明原因"),
        "service.ladder_open": _("公告送达以前，各类地址都须送达未成或者查明没有"),
        "service.unknown_attempt": _("没有这一次送达"),
        "service.outcome_written": _("结果已经登记"),
        "service.wrong_outcome": _("这种送达方式没有这种结果"),
        "service.no_proof": _("请写明凭证：回执号、见证人、录像或者照片"),
        "service.day_ahead": _("结果的日期不能在今天以后"),
        "paper.unknown": _("没有这份文书"),
        "paper.not_offered": _("这里不能生成这种文书"),
        "paper.field_missing": _("有必填的内容没有填写"),
        "paper.out_of_bounds": _("罚款金额或者拘留天数超出法律规定"),
        "paper.person_wanted": _("对单位须选择其法定代表人等自然人"),
        "paper.own_draft": _("拟制人不能批准自己的文书，须由另一人批准"),
        "paper.wrong_state": _("文书的状态已经变了，请刷新后再看"),
        "paper.too_large": _("文件太大、页数太多，或者页面尺寸过大"),
        "paper.unreadable": _("不是能打开的 PDF"),
        "paper.active_content": _("PDF 带有脚本或者附件，不能登记"),
        "paper.number_taken": _("本案已经有这个文号的文书"),
        "paper.imported_already": _("这份文件已经登记过了"),
        "paper.id_taken": _("同一登记送来了不同的文件，请重新打开表单"),
        "paper.unstamped": _("文书还没有签章，不能发出"),
        "paper.no_reason": _("请写明作废的理由"),
        "paper.glyph_missing": _("有字体里没有的字，印出来会缺字；请核对姓名用字"),
        "paper.not_typeset": _("文书不能排版"),
        "paper.fonts_missing": _("文书字体未安装，请运行 ./mz setup"),
        "paper.no_page": _("没有这一页"),
        "reason.not_given": _("原因还没有说明，不能出具说明书"),
        "request.unknown_address": _("没有这个页面"),
        "private.unknown": _("没有这个隐私时段或者申请"),
        "private.malformed": _("请填写理由（不超过 200 字）并选择开放时间"),
        "private.viewer_unfit": _("所选的人不能查看录像"),
        "private.already_asked": _("同一隐私时段已有同一查看人的申请"),
        "sos.unknown": _("没有这个求助"),
        "sos.ended": _("这个求助已经结束"),
        "sos.no_outcome": _("请写明回电核实的结果（至少 4 个字）"),
        "sos.not_closed_by_pin": _("须先由本人在设备上用口令解除"),
        "private.own_request": _("不能批准自己的申请，须由另一人批准"),
        "private.already_answered": _("这份申请已经答复"),
        "private.not_open": _("这份开放已到期或已关闭"),
        "private.not_yours": _("只有申请人和批准人可以提前关闭"),
        "private.expired": _("申请已逾期，请重新申请"),
        "import.abandoned": _("上传中断超过 72 小时，已作废，请重新上传"),
        "import.malformed": _("文件大小、名称或者开始时间不对；开始时间不能在将来"),
        "opening.source_refused": _("本院设置不接受外接来源（allow_sources 缺 bridge）"),
        "import.unknown": _("没有这份导入"),
        "import.unreadable": _("读不出画面：不是完整的录像文件；原件已保存"),
        "import.no_video": _("文件里没有画面；原件已保存"),
        "import.unknown_codec": _("画面编码不是 H.264 或 H.265；原件已保存"),
        "import.damaged": _("文件有损坏，读得出的部分已入库；原件已保存"),
        "source.no_name": _("请填写名称（不超过 80 字）"),
        "source.unknown_road": _("请选择接入方式"),
        "source.bad_address": _("地址写法不对，应为 rtsp://主机/路径，不含账号密码；推送方填 IP"),
        "source.bad_port": _("端口应在 1024 到 65535 之间"),
        "source.bad_secret": _(
            "口令不合要求：RTSP 为 账号:密码，RTMP 8 位以上字母数字，SRT 10 位以上"
        ),
        "source.port_taken": _("端口已被占用"),
        "source.wrong_key": _("有人用错误的推流密钥连接，已断开"),
        "source.unauthorized": _("摄像头拒绝了账号或密码"),
        "source.unreachable": _("连不上摄像头"),
        "source.silent": _("画面中断 15 秒，已重新连接"),
        "source.no_video": _("连上了，但没有 H.264 或 H.265 画面"),
        "source.too_many": _("外接来源太多"),
        "source.unknown": _("没有这台外接设备"),
        "source.unknown_officer": _("请选择负责的执行人员"),
        "database.busy": _("系统繁忙，请稍后重试；没有任何改动"),
        "asset.missing": _("网页资源未构建，请运行 ./mz setup"),
    }


def sentence_of(code: str) -> str:
    """Return the sentence of a code in the reader's language."""
    return _sentences().get(code, _("未能完成；没有任何改动"))


def shown(error: MzError, field: str = "") -> ProblemShown:
    """Return a refusal with its sentence in the reader's language."""
    kinds = {
        Kind.NOT_FOUND: _("没有找到"),
        Kind.REFUSED: _("没有权限"),
        Kind.THROTTLED: _("尝试过多"),
        Kind.UNAVAILABLE: _("暂时不可用"),
    }
    title = kinds.get(error.kind, _("未能完成"))
    return ProblemShown(error.code, sentence_of(error.code), title, field)


def error_page(error: MzError) -> Response:
    """Answer a refused page; who is not signed in is led to the sign-in."""
    if error.kind is Kind.UNAUTHENTICATED and "HX-Request" not in request.headers:
        target = request.full_path.rstrip("?") if request.method == "GET" else None
        return make_response(redirect(url_for("desk.sign_in", next=target)))
    if error.kind is Kind.UNAUTHENTICATED:
        return Response(status=401, headers={"HX-Redirect": url_for("desk.sign_in")})
    page = render_template(
        "desk/problem.html", problem=shown(error), theme="light", home=url_for("desk.home")
    )
    return make_response(page)
