"""The sentences for refusals of recordings and of the relay; a part of `sentences.SENTENCES`."""

from __future__ import annotations

from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

FOOTAGE: Final[dict[str, LazyString]] = {
    "export.too_many": _("录像太多，请逐段导出"),
    "import.abandoned": _("上传中断超过 72 小时，已作废，请重新上传"),
    "import.malformed": _("文件大小、名称或者开始时间不对；开始时间不能在将来"),
    "import.over": _("这份导入已作废，请重新登记"),
    "import.unknown": _("没有这份导入"),
    "marker.outside": _("标记的时刻不在这段录像之内"),
    "opening.source_refused": _("本院设置不接受外接来源（allow_sources 缺 bridge）"),
    "private.already_answered": _("这份申请已经答复"),
    "private.already_asked": _("同一隐私时段已有同一查看人的申请"),
    "private.expired": _("申请已逾期，请重新申请"),
    "private.malformed": _("请填写理由（不超过 200 字）并选择开放时间"),
    "private.not_open": _("这份开放已到期或已关闭"),
    "private.not_yours": _("只有申请人和批准人可以提前关闭"),
    "private.own_request": _("不能批准自己的申请，须由另一人批准"),
    "private.unknown": _("没有这个隐私时段或者申请"),
    "private.viewer_unfit": _("所选的人不能查看录像"),
    "recording.already_assigned": _("这段录像已经归入行动"),
    "recording.no_reason": _("请写明归入的理由，至少四个字"),
    "recording.officer_assigns": _("这段录像由其执行人员在设备上归入行动"),
    "recording.unknown": _("没有这段录像"),
    "relay.unreachable": _("连不上中继，请稍后再试"),
    "source.bad_address": _("地址写法不对，应为 rtsp://主机/路径，不含账号密码；推送方填 IP"),
    "source.bad_port": _("端口应在 1024 到 65535 之间"),
    "source.bad_secret": _("口令不合要求：RTSP 为 账号:密码，RTMP 8 位以上字母数字，SRT 10 位以上"),
    "source.port_taken": _("端口已被占用"),
    "source.unknown": _("没有这台外接设备"),
    "source.unknown_road": _("请选择接入方式"),
}

MEDIA_RELAY: Final[dict[str, LazyString]] = {
    "derive.no_picture": _("这一段没有可以制作的画面"),
    "derive.outside": _("起止时间不在这段录像之内"),
    "export.busy": _("正在制作的导出太多，请等一份做完再试"),
    "export.failed": _("没有做成；录像不受影响"),
    "export.unknown": _("这份导出已不在中继上，请重新导出"),
    "import.damaged": _("文件有损坏，读得出的部分已入库；原件已保存"),
    "import.no_video": _("文件里没有画面；原件已保存"),
    "import.unknown_codec": _("画面编码不是 H.264 或 H.265；原件已保存"),
    "import.unreadable": _("读不出画面：不是完整的录像文件；原件已保存"),
    "opening.wrong_device": _("录像的开录声明属于另一台设备"),
    "part.malformed": _("录像分段不完整或者被改动过"),
    "part.other_recording": _("录像分段中的内容不属于所称的录像"),
    "playback.gap": _("这里没有录像"),
    "playback.private": _("隐私时段没有向您开放"),
    "playback.too_large": _("一次要的录像太长，请缩短"),
    "relay.disk_full": _("中继的磁盘将满，暂不接受新的文件"),
    "source.no_video": _("连上了，但没有 H.264 或 H.265 画面"),
    "source.silent": _("画面中断，自动重新连接"),
    "source.too_many": _("外接来源太多"),
    "source.unauthorized": _("摄像头拒绝了账号或密码"),
    "source.unreachable": _("连不上摄像头"),
    "source.unreadable": _("收到的数据不是这种接入方式的画面，请核对推送方的格式"),
    "source.wrong_key": _("有人用错误的推流密钥或者口令连接，未接受"),
    "vault.not_found": _("中继没有找到这个分段的文件"),
    "talk.not_kept": _("录音无法保存，对讲没有接通"),
    "talk.private": _("正在隐私时段，不能这样对讲"),
    "talk.too_fast": _("对讲中断，请重新按住讲话"),
    "ticket.closed_early": _("开放已提前关闭，请刷新本页"),
    "ticket.expired": _("查看许可已到期，请刷新本页"),
}
