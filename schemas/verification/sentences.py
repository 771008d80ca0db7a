"""Every sentence of the verifier, in Chinese and English, by its code."""

from __future__ import annotations

from schemas.records import FaultCause
from schemas.verification.report import Finding, Sentence

TITLES = {
    "completeness": ("完整性", "Completeness"),
    "digests": ("摘要", "Digests"),
    "chain": ("链条", "Chain"),
    "signatures": ("签名与持钥", "Signatures, and who held the key when"),
    "inclusion": ("台账收录", "Ledger inclusion"),
    "continuity": ("连续性", "Continuity"),
    "exhibits": ("附件", "Exhibits"),
}

DONE = {
    "completeness": (
        "清单所列 {files} 个文件俱在，别无他物，清单由打包的中继签名。",
        (
            "All {files} listed files are here and nothing else; the relay that packed them signed "
            "the list."
        ),
    ),
    "digests": (
        "{files} 个文件({bytes} 字节)的 SHA-256 与清单一致。",
        "The SHA-256 of {files} files ({bytes} bytes) is what the list says.",
    ),
    "chain": (
        (
            "{recordings} 段录制的 {fragments} 个片段环环相扣，自签名的开录声明起，"
            "{heads} 个链首与之相符。"
        ),
        (
            "{fragments} fragments of {recordings} recordings each name the one before, from the "
            "signed opening on; {heads} heads agree."
        ),
    ),
    "signatures": (
        "{signatures} 个签名有效，签名时各密钥均在其持有人名下、有效且未吊销。",
        (
            "{signatures} signatures are good; each key was its holder's, valid and not revoked "
            "when it signed."
        ),
    ),
    "inclusion": (
        "{entries} 条台账条目收录于法院签名的台账({size} 条)。",
        "{entries} ledger entries are included in the court's signed ledger of {size}.",
    ),
    "continuity": (
        "指挥中心所知的片段俱在，共 {minutes} 的录制。",
        "Every fragment that the centre knows of is here: {minutes} of recording.",
    ),
    "continuity.explained": (
        "指挥中心所知的片段俱在或其缺失已说明，共 {minutes} 的录制；{explained} 处中断已说明。",
        (
            "Every fragment that the centre knows of is here or its loss is explained: {minutes} "
            "of recording, {explained} gaps explained."
        ),
    ),
    "exhibits": (
        "{exhibits} 个附件与现场记录所写摘要一致。",
        "{exhibits} exhibits are the bytes that the field records name.",
    ),
}

UNCHECKED = (
    "因前面的发现，本步未能核验。",
    "Not checked, because of what was found before.",
)

FOUND = {
    "container.refused": (
        "包的外壳不可接受：{refusal}({detail})。",
        "The package's container is refused: {refusal} ({detail}).",
    ),
    "completeness.no_manifest": (
        "包内没有可读的清单 bundle.json:{detail}。",
        "There is no readable list bundle.json in the package: {detail}.",
    ),
    "completeness.bad_signature": (
        "清单 bundle.json 的签名无效：清单或签名被改动。",
        "The signature of the list bundle.json is bad: list or signature was changed.",
    ),
    "completeness.signer_unknown": (
        "包内没有签署清单的密钥证书。",
        "The package holds no certificate of the key that signed the list.",
    ),
    "completeness.missing_file": (
        "清单所列的 {path} 不在包内。",
        "{path} is listed but not in the package.",
    ),
    "completeness.extra_file": (
        "{path} 在包内却不在清单上。",
        "{path} is in the package but not listed.",
    ),
    "completeness.listed_twice": ("清单把 {path} 列了两次。", "{path} is listed twice."),
    "completeness.unknown_path": (
        "{path} 不是证据包应有的路径。",
        "{path} is no path that a package has.",
    ),
    "completeness.required_file": (
        "证据包必有的 {path} 未列入清单。",
        "{path}, which every package has, is not listed.",
    ),
    "digests.file_changed": (
        "{path} 被改动：内容与清单所记 SHA-256 不符。",
        "{path} was changed: its content is not what the list's SHA-256 says.",
    ),
    "digests.size_changed": (
        "{path} 为 {size} 字节，清单记为 {listed} 字节。",
        "{path} is {size} bytes, the list says {listed}.",
    ),
    "digests.crc_changed": (
        "{path} 内容无误，但外壳中的 CRC 被改动。",
        "{path} is whole, but its CRC in the container was changed.",
    ),
    "digests.fragment_changed": (
        "{path} 被改动：第 {number} 号片段(第 {start} 至 {end} 字节)。",
        "{path} was changed: fragment {number} (bytes {start} to {end}).",
    ),
    "digests.head_changed": (
        "{path} 被改动：第 {start} 至 {end} 字节的链首。",
        "{path} was changed: the head at bytes {start} to {end}.",
    ),
    "chain.malformed": ("{path} 无法解读：{detail}。", "{path} cannot be read: {detail}."),
    "chain.opening_changed": (
        "{path} 的录制标识与所在目录不符。",
        "{path} names another recording than its folder.",
    ),
    "chain.init_changed": (
        "{path} 不是开录声明所记的初始化段。",
        "{path} is not the init segment that the opening names.",
    ),
    "chain.fragment_foreign": (
        "{path} 的第 {number} 号片段属于别的录制或画质。",
        "Fragment {number} in {path} belongs to another recording or rendition.",
    ),
    "chain.out_of_order": (
        "{path} 的第 {number} 号片段次序颠倒或重复。",
        "Fragment {number} in {path} is out of order or repeated.",
    ),
    "chain.payload_changed": (
        "{path} 第 {number} 号片段的内容与其自记摘要不符(第 {start} 至 {end} 字节)。",
        (
            "The content of fragment {number} in {path} is not what its own header says (bytes "
            "{start} to {end})."
        ),
    ),
    "chain.link_broken": (
        "{path} 的链条在第 {number} 号片段处断开：它所记的前一环不是前一片段。",
        (
            "The chain of {path} is broken at fragment {number}: what it names as the one before "
            "is not the one before."
        ),
    ),
    "chain.closed_not_private": (
        "{path} 第 {number} 号片段被遮去内容，但设备并未声明其为隐私时段。",
        "Fragment {number} in {path} is withheld, though its device did not call it private.",
    ),
    "chain.head_differs": (
        "{path} 中第 {number} 号处的链首与片段链条不符。",
        "The head at {number} in {path} does not fit the chain of fragments.",
    ),
    "chain.former_differs": (
        "{path} 所记上一录制 {former} 的结尾与包内该录制不符。",
        "The end of the former recording {former} as {path} names it is not its end here.",
    ),
    "signatures.wrong_root": (
        "包内的根密钥不是所给指纹的根：{detail}。",
        "The package's root key is not the one whose fingerprint was given: {detail}.",
    ),
    "signatures.untrusted_keys": (
        "密钥证书不能追溯到法院根密钥：{detail}。",
        "The key certificates do not lead to the court's root: {detail}.",
    ),
    "signatures.malformed": (
        "{path} 无法解读：{detail}。",
        "{path} cannot be read: {detail}.",
    ),
    "signatures.bad": (
        "{path} 的签名无效：内容或签名被改动，或并非所称的密钥所签。",
        "The signature of {path} is bad: content or signature was changed, or another key signed.",
    ),
    "signatures.bad_head": (
        "{path} 中第 {number} 号处的链首签名无效：不是该设备的密钥所签。",
        "The signature of the head at {number} in {path} is bad: the device's key did not make it.",
    ),
    "signatures.bad_key": (
        "签署 {path} 的密钥当时不可用于此：{detail}。",
        "The key that signed {path} could not be used so at that time: {detail}.",
    ),
    "signatures.wrong_holder": (
        "{path} 由别的设备或持有人的密钥签署。",
        "{path} is signed by the key of another device or holder.",
    ),
    "signatures.other_bundle": (
        "{path} 属于另一个证据包。",
        "{path} belongs to another package.",
    ),
    "signatures.no_head": (
        "{path} 没有任何签名链首，片段无从归于该设备。",
        "{path} has no signed head: nothing ties the fragments to the device.",
    ),
    "inclusion.not_included": (
        "第 {number} 条台账条目不在法院签名的台账之内：条目或路径被改动。",
        (
            "Ledger entry {number} is not included in the court's signed ledger: entry or path was "
            "changed."
        ),
    ),
    "inclusion.malformed": ("{path} 无法解读：{detail}。", "{path} cannot be read: {detail}."),
    "inclusion.no_entry": (
        "{path} 在台账中没有条目。",
        "There is no ledger entry of {path}.",
    ),
    "continuity.missing": (
        "录制 {recording} 缺第 {first} 至 {last} 号片段({since} 至 {until})。",
        "Recording {recording} lacks fragments {first} to {last} ({since} to {until}).",
    ),
    "continuity.no_recording": (
        "指挥中心所知的录制 {recording} 不在包内。",
        "Recording {recording}, which the centre knows of, is not in the package.",
    ),
    "continuity.unlisted_recording": (
        "录制 {recording} 在包内，指挥中心的事实清单却未提及。",
        "Recording {recording} is in the package, but the centre's facts do not name it.",
    ),
    "exhibits.changed": (
        "附件 {path} 的内容不是其名称所示摘要。",
        "The content of exhibit {path} is not what its name says.",
    ),
    "exhibits.missing": (
        "现场记录 {record} 所引附件 {sha} 不在包内。",
        "Exhibit {sha}, which field record {record} names, is not in the package.",
    ),
    "exhibits.size": (
        "附件 {sha} 的大小与现场记录 {record} 所写不符。",
        "Exhibit {sha} has not the size that field record {record} names.",
    ),
    "exhibits.no_record": (
        "指挥中心的事实清单所列现场记录 {record} 不在包内。",
        "Field record {record}, which the centre's facts name, is not in the package.",
    ),
    "exhibits.talk_unsigned": (
        "对讲声明不是本院中继所签(公钥 {key}…)。",
        "A statement about talk is not signed by a relay of this court (key {key}…).",
    ),
    "exhibits.talk_missing": (
        "对讲 {burst} 的录音 {sha} 不在包内，或者大小不符。",
        "The sound {sha} of talk {burst} is not in the package, or has another size.",
    ),
    "exhibits.footage_absent": (
        "现场记录 {record} 所指画面(录制 {recording} 第 {number} 号)不在包内。",
        (
            "The footage that field record {record} points at (recording {recording}, fragment "
            "{number}) is not in the package."
        ),
    ),
}

REMARKS = {
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
    "exhibits.original": (
        "附件 {sha} 是录制 {recording} 的记录仪原件。",
        "Exhibit {sha} is the original file of recording {recording}.",
    ),
    "exhibits.original_elsewhere": (
        "录制 {recording} 的记录仪原件 {sha} 不在包内，由法院保存。",
        "The original file {sha} of recording {recording} is not in the package; the court has it.",
    ),
    "exhibits.unreferenced": (
        "附件 {sha} 没有现场记录引用。",
        "No field record names exhibit {sha}.",
    ),
    "more": ("另有 {count} 处。", "And {count} more."),
}

CAUSES = {
    FaultCause.BATTERY: ("更换电池或者电量耗尽", "battery changed or empty"),
    FaultCause.STORAGE: ("存储已满或者损坏", "storage full or damaged"),
    FaultCause.CAMERA: ("摄像头或者麦克风故障", "camera or microphone failed"),
    FaultCause.RESTART: ("设备重启或者程序异常", "device restarted or program failed"),
    FaultCause.DAMAGE: ("设备损坏或者遗失", "device damaged or lost"),
    FaultCause.OTHER: ("其他技术故障", "another technical failure"),
}

NOT_PROVEN = {
    "not_proven.scene": (
        "未证明：镜头前的场景是真实的。",
        "Not proven: that the scene before the camera was genuine.",
    ),
    "not_proven.frame": (
        "未证明：画面之外、录制之外发生了什么。",
        "Not proven: what lay out of frame, or happened while nothing was recorded.",
    ),
    "not_proven.lawful": (
        "未证明：该行为合法。",
        "Not proven: that the act was lawful.",
    ),
    "not_proven.time": (
        "未证明：确切时刻；时间只在所给的[不早于，不晚于]之间。",
        "Not proven: the exact time; it lies between the stated [not before, not after] only.",
    ),
    "not_proven.timestamp": (
        "尚无可信时间戳：上述时间出自法院自己的时钟。",
        "There is no trusted timestamp yet: these times are by the court's own clocks.",
    ),
    "not_proven.origin": (
        "未证明：来源。未给出法院根指纹，只能说前后一致。",
        "Not proven: the origin. Without the court's root fingerprint it is consistent at most.",
    ),
}


def sentence(code: str, templates: tuple[str, str], **facts: object) -> Sentence:
    """Return a sentence with its facts filled in."""
    zh, en = (text.format(**facts) for text in templates)
    return Sentence(code, zh, en)


def finding(
    code: str,
    path: str = "",
    number: int | None = None,
    start: int | None = None,
    end: int | None = None,
    **facts: object,
) -> Finding:
    """Return a finding; place and facts fill its sentence."""
    place: dict[str, object] = {"path": path, "number": number, "start": start, "end": end}
    return Finding(sentence(code, FOUND[code], **place | facts), path, number, start, end)


def remark(code: str, **facts: object) -> Sentence:
    """Return a remark."""
    return sentence(code, REMARKS[code], **facts)
