"""What the verifier remarks without finding it wrong, in Chinese and English, by its code."""

from __future__ import annotations

REMARKS = {
    "inclusion.footage_quarantined": (
        "录像 {recording} 或者其一部分由已撤销的设备送来，经两人决定({decision})自隔离区转入。",
        (
            "Recording {recording}, or some of it, was sent by a device that had been revoked, and "
            "taken over out of quarantine by a decision of two persons ({decision})."
        ),
    ),
    "inclusion.quarantined": (
        "记录 {record} 由已撤销的设备送来，{at} 存入隔离区，经两人决定(编号 {decision})转入。",
        (
            "Record {record} was sent by a device that had been revoked, kept in quarantine at "
            "{at} and taken over by a decision of two persons ({decision})."
        ),
    ),
    "signatures.held": (
        "{holder}(密钥 {key}…)自 {begin} 起由 {name} 持有，保护方式：{protection}。",
        "Key {key}… was held by {name} ({holder}) from {begin}; protection: {protection}.",
    ),
    "signatures.unsigned_tail": (
        "{path} 最后 {count} 个片段之后没有签名链首：保留，但未由设备签署。",
        (
            "The last {count} fragments of {path} have no signed head after them: kept, but not "
            "signed by the device."
        ),
    ),
    "signatures.not_final": (
        "{path} 没有终结链首：录制是否另有后续片段，未经设备声明。",
        "{path} has no final head: the device did not state that nothing follows.",
    ),
    "signatures.archived": (
        "录制 {recording}：中继签名声明，{count} 个片段已归档并读回核对，存放于 {domains}。",
        (
            "Recording {recording}: the relay states, signed, that {count} fragments were archived "
            "and read back, held in {domains}."
        ),
    ),
    "signatures.time": (
        "录制 {recording}：不早于 {begin}(指挥中心的挑战)，不晚于 {end}(中继的归档声明)。",
        (
            "Recording {recording}: not before {begin} (the centre's challenge), not after {end} "
            "(the relay's statement)."
        ),
    ),
    "signatures.bridged_file": (
        (
            "录制 {recording} 出自离线记录仪的文件：保管自中继收到时({at})起，此前无签名；原件 "
            "SHA-256 {sha}({bytes} 字节)另行保存；记录仪时钟据称快 {ahead} 秒，时刻已据此更正。"
        ),
        (
            "Recording {recording} is from the file of an offline recorder: custody begins where "
            "it reached the relay ({at}), before that nothing was signed; the original, SHA-256 "
            "{sha} ({bytes} bytes), is kept; its clock is said to have been {ahead} s ahead, and "
            "the times are corrected by that."
        ),
    ),
    "signatures.bridged": (
        (
            "录制 {recording} 经桥接({how})接入：保管自中继收到时({at})起，此前无签名，"
            "时刻为中继时钟。"
        ),
        (
            "Recording {recording} came over a bridge ({how}): custody begins where it reached the "
            "relay ({at}), before that nothing was signed; times are by the relay's clock."
        ),
    ),
    "signatures.second_typed": (
        "现场记录 {record} 的第二名执行人员({officer})只有录入的姓名：包内没有其本人的有效确认。",
        (
            "The second officer of field record {record} ({officer}) is a typed name only: nothing "
            "in the package is a confirmation of his own."
        ),
    ),
    "signatures.second_pin": (
        (
            "现场记录 {record} 的第二名执行人员({officer})以本人口令在同事设备上确认；"
            "其公钥不在包内，该签名未能核验。"
        ),
        (
            "The second officer of field record {record} ({officer}) confirmed by his PIN on a "
            "colleague's device; that key is not in the package, so it could not be checked."
        ),
    ),
    "signatures.second_checked": (
        (
            "现场记录 {record} 的第二名执行人员{name}({officer})以本人口令在同事设备上确认："
            "签名出自其本人于 {at} 登记的密钥 {key}…，有效。"
        ),
        (
            "The second officer of field record {record}, {name} ({officer}), confirmed by his PIN "
            "on a colleague's device: the signature is good and by his own key {key}…, enrolled at "
            "{at}."
        ),
    ),
    "signatures.second_bad": (
        (
            "现场记录 {record} 的第二名执行人员({officer})在同事设备上的确认不成立："
            "并非其登记的密钥 {key}… 所签。"
        ),
        (
            "The confirmation of the second officer of field record {record} ({officer}) on a "
            "colleague's device is not good: the key enrolled for him, {key}…, did not sign it."
        ),
    ),
    "signatures.second_revoked": (
        (
            "现场记录 {record} 的第二名执行人员{name}({officer})在同事设备上的确认，"
            "晚于其密钥 {key}… 的撤销({at})，不作为确认。"
        ),
        (
            "The second officer of field record {record}, {name} ({officer}), confirmed on a "
            "colleague's device after his key {key}… had been revoked ({at}): it confirms nothing."
        ),
    ),
    "continuity.departure_check": (
        "设备 {device} 于 {at} 出发前自检：{zh}。",
        "Device {device} tested itself before departure at {at}: {en}.",
    ),
    "continuity.departure_check_late": (
        "设备 {device} 到场之后({at})才自检：{zh}。",
        "Device {device} tested itself only after arrival, at {at}: {en}.",
    ),
    "continuity.no_departure_check": (
        "包内没有设备 {device} 出发前自检的记录。",
        "The package holds no record of a pre-departure check of device {device}.",
    ),
    "continuity.not_recorded": (
        "{begin} 至 {end} 没有录制({length})。",
        "Nothing was recorded from {begin} to {end} ({length}).",
    ),
    "continuity.explained": (
        (
            "{begin} 至 {end} 没有录制({length})，已说明{late_zh}:{cause_zh}。{text}"
            "(主办人 {officer} 于 {at} 签署；设备数据：{data_zh})"
        ),
        (
            "Nothing was recorded from {begin} to {end} ({length}); explained{late_en}: "
            "{cause_en}. {text} (signed by the presiding officer {officer} at {at}; device data: "
            "{data_en})"
        ),
    ),
    "continuity.explained_missing": (
        (
            "录制 {recording} 缺第 {first} 至 {last} 号片段({since} 至 {until})，已说明{late_zh}:"
            "{cause_zh}。{text}(主办人 {officer} 于 {at} 签署；设备数据：{data_zh})"
        ),
        (
            "Recording {recording} lacks fragments {first} to {last} ({since} to {until}); "
            "explained{late_en}: {cause_en}. {text} (signed by the presiding officer {officer} at "
            "{at}; device data: {data_en})"
        ),
    ),
    "continuity.note_not_presiding": (
        "故障说明 {record} 不是主办人签署的，不作为已说明。",
        "Fault note {record} is not signed by a presiding officer and explains nothing.",
    ),
    "continuity.note_empty": (
        "故障说明 {record} 没有写明起止时间或者情况，不作为已说明。",
        "Fault note {record} names no interval or no reason and explains nothing.",
    ),
    "continuity.small_only": (
        "{begin} 至 {end} 只有小画面或者声音({length})。",
        "From {begin} to {end} there is the small picture or sound only ({length}).",
    ),
    "continuity.private_closed": (
        "{begin} 至 {end} 为隐私时段({length})：录像在法院，内容不随包，其链条已核对。",
        (
            "From {begin} to {end} a private interval ({length}): the court holds the footage, the "
            "package does not; its chain was checked."
        ),
    ),
    "continuity.private_shown": (
        "{begin} 至 {end} 为隐私时段({length})，其内容已开启并随包。",
        "From {begin} to {end} a private interval ({length}), opened and in the package.",
    ),
    "continuity.private_opened": (
        (
            "隐私时段 {interval} 由{asked_by}申请、{opened_by}同意，开启给{viewer}，"
            "{begin} 至 {end}；事由：{reason}"
        ),
        (
            "Private interval {interval} was opened to {viewer} from {begin} to {end}: asked by "
            "{asked_by}, agreed by {opened_by}; reason: {reason}"
        ),
    ),
    "continuity.noticed": (
        "录制 {recording} 中，设备 {device} 于 {at} 自行提示：{zh}。",
        "During recording {recording} device {device} noticed by itself at {at}: {en}.",
    ),
    "continuity.clock_jump": (
        "录制 {recording} 第 {number} 号片段处设备时钟跳变 {seconds} 秒；其后时刻依跳变后的时钟。",
        (
            "At fragment {number} of recording {recording} the device's wall clock jumped by "
            "{seconds} s; later times are by the clock after the jump."
        ),
    ),
    "continuity.unseen": (
        "设备 {device} 的录制序号 {first} 至 {last}，指挥中心从未收到其录制。",
        (
            "Of device {device}, recordings {first} to {last} by its own counter never reached the "
            "centre."
        ),
    ),
    "continuity.one_recorder": (
        "现场只有 {count} 台记录仪摄录，未见原因说明(应当两台以上)。",
        "{count} recorder(s) ran at the scene and no reason is given (two are wanted).",
    ),
    "continuity.one_recorder_reason": (
        "现场只有 {count} 台记录仪摄录(应当两台以上)，原因：{reason}。",
        "{count} recorder(s) ran at the scene (two are wanted); the reason: {reason}.",
    ),
    "continuity.span": (
        "到场 {begin}，撤离 {end}。",
        "Arrival {begin}, withdrawal {end}.",
    ),
    "continuity.no_span": (
        "到场或撤离时间未报，只核对所知片段。",
        "Arrival or withdrawal was not reported; only the known fragments were checked.",
    ),
    "exhibits.talk": (
        (
            "{at} 对讲 {seconds} 秒：{who_zh} {speaker} 讲话，{devices} 台设备、"
            "{staff} 席指挥台收听；保管自中继收到时起，此前由讲话者一方产生，无签名。"
        ),
        (
            "{at}, talk of {seconds} s: {who_en} {speaker} spoke to {devices} devices "
            "and {staff} desks; custody begins where it reached the relay, before that nothing "
            "was signed."
        ),
    ),
    "exhibits.copy": (
        (
            "{at} 为 {viewer}({purpose})制作派生副本，出自录制 {recording} 第 {first}–{last} "
            "号片段，影片摘要 {film}。"
        ),
        (
            "{at}, a derived copy was made for {viewer} ({purpose}) of fragments {first}–{last} of "
            "recording {recording}; the film's digest is {film}."
        ),
    ),
    "exhibits.copy_given": (
        "所附影片即上述派生副本 {film}，未被改动。",
        "The film that was given is derived copy {film}, unchanged.",
    ),
    "exhibits.copy_later": (
        (
            "所附影片是中继所签的派生副本 {film}，出自包内录制 {recording}；它晚于本包制作，"
            "台账条目不在包内。"
        ),
        (
            "The film that was given is derived copy {film}, which the relay signed, of recording "
            "{recording} in the package; it is younger than the package, whose ledger cannot know "
            "of it."
        ),
    ),
    "exhibits.paper": (
        "文书《{title}》{number}，{at} {kept_zh}，摘要 {sha}。",
        "Paper {title} {number}, {kept_en} at {at}, digest {sha}.",
    ),
    "exhibits.paper_elsewhere": (
        "文书《{title}》{number}，{at} {kept_zh}，摘要 {sha}；文件过大，不在包内，由法院保存。",
        (
            "Paper {title} {number}, {kept_en} at {at}, digest {sha}; too large for the package, "
            "the court has it."
        ),
    ),
    "exhibits.acknowledged": (
        "当事人 {party} 于 {at} 确认知悉告知 {notice}({channel})，文本摘要 {sha}。",
        (
            "Party {party} acknowledged notice {notice} ({channel}) at {at}; the digest of its "
            "text is {sha}."
        ),
    ),
    "exhibits.closed": (
        "附件 {sha} 在隐私时段 {interval} 内取得，未开放，不在包内，由法院保存。",
        (
            "Exhibit {sha} was taken in the private interval {interval}; it is closed and not in "
            "the package, the court has it."
        ),
    ),
    "exhibits.original": (
        "附件 {sha} 是录制 {recording} 的记录仪原件。",
        "Exhibit {sha} is the original file of recording {recording}.",
    ),
    "exhibits.original_elsewhere": (
        "录制 {recording} 的记录仪原件 {sha} 不在包内，由法院保存。",
        "The original file {sha} of recording {recording} is not in the package; the court has it.",
    ),
    "exhibits.value_matches": (
        (
            "完整性校验值 {value}({at} 当场出具)与包内相符：{chains} 条录制链、{records} 份记录；"
            "{signed} 人签名，{refused} 人拒签。"
        ),
        (
            "Integrity value {value}, stated at the scene at {at}, matches this package: {chains} "
            "chains of recordings, {records} records; {signed} signed, {refused} refused."
        ),
    ),
    "exhibits.value_tail": (
        "出具校验值时，录制 {recording} 末尾 {count} 个片段尚无签名覆盖。",
        (
            "When the value was stated, no signature covered the last {count} fragments of "
            "recording {recording}."
        ),
    ),
    "exhibits.value_not_here": (
        "录制 {recording} 第 {number} 号片段不在包内，校验值(记录 {record})在该处无从比对。",
        (
            "Fragment {number} of recording {recording} is not here, so the integrity value of "
            "record {record} could not be compared there."
        ),
    ),
    "exhibits.value_other": (
        "{name}的设备当场出示校验值 {value}。",
        "The device of {name} showed the value {value} at the scene.",
    ),
    "exhibits.value_absent": (
        "{name}的设备未列入校验值：{why}。",
        "The value does not cover the device of {name}: {why}.",
    ),
    "exhibits.unreferenced": (
        "附件 {sha} 没有现场记录引用。",
        "No field record names exhibit {sha}.",
    ),
    "more": ("另有 {count} 处。", "And {count} more."),
}
