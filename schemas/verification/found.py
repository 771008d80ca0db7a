"""What the verifier finds wrong with a package, said in Chinese and English, by its code."""

from __future__ import annotations

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
    "inclusion.second_unrecorded": (
        "第二名执行人员({officer})的密钥 {key}… 在台账中没有登记条目。",
        "The key {key}… of the second officer ({officer}) has no entry of its enrolment.",
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
    "exhibits.value_foreign": (
        "记录 {record} 的完整性校验值不是该设备就该行动出具的。",
        "The integrity value of record {record} is of another device or operation.",
    ),
    "exhibits.value_no_recording": (
        "记录 {record} 的完整性校验值所指的录制 {recording} 不在包内。",
        "Recording {recording}, which the integrity value of record {record} covers, is not here.",
    ),
    "exhibits.value_head_bad": (
        "记录 {record} 的完整性校验值所载录制 {recording} 的链首签名不成立。",
        "The head of recording {recording} in the integrity value of record {record} is not good.",
    ),
    "exhibits.value_link_differs": (
        "录制 {recording} 至第 {number} 号片段的链与当场签名的完整性校验值不同(记录 {record})。",
        (
            "The chain of recording {recording} up to fragment {number} is not the one whose "
            "integrity value was signed at the scene (record {record})."
        ),
    ),
    "exhibits.value_record_absent": (
        "完整性校验值(记录 {record})所含的记录 {other} 不在包内。",
        "Record {other}, which the integrity value of record {record} covers, is not here.",
    ),
    "exhibits.value_record_differs": (
        "记录 {other} 与当场签名的完整性校验值不同(记录 {record})。",
        (
            "Record {other} is not the one whose integrity value was signed at the scene "
            "(record {record})."
        ),
    ),
    "exhibits.talk_unsigned": (
        "对讲声明不是本院中继所签(公钥 {key}…)。",
        "A statement about talk is not signed by a relay of this court (key {key}…).",
    ),
    "exhibits.talk_missing": (
        "对讲 {burst} 的录音 {sha} 不在包内，或者大小不符。",
        "The sound {sha} of talk {burst} is not in the package, or has another size.",
    ),
    "exhibits.copy_unsigned": (
        "派生副本的声明不是本院中继与指挥中心所签(公钥 {key}…)。",
        "A derived copy is not signed by relay and centre of this court (key {key}…).",
    ),
    "exhibits.copy_unrecorded": (
        "派生副本 {film} 没有台账条目，法院没有它的记录。",
        "Derived copy {film} has no ledger entry; the court has no record of it.",
    ),
    "exhibits.copy_source": (
        "派生副本 {film} 所指来源(录制 {recording})不在包内，或者与包内录制不符。",
        (
            "The source that derived copy {film} names (recording {recording}) is not in the "
            "package, or is another."
        ),
    ),
    "exhibits.copy_changed": (
        "{path}：影片不是中继所签的派生副本 {film}。",
        "{path}: the film is not the derived copy {film} that the relay signed.",
    ),
    "exhibits.copy_unreadable": (
        "派生副本 {path} 无法读取：{detail}。",
        "The derived copy {path} cannot be read: {detail}.",
    ),
    "exhibits.paper_missing": (
        "事实清单所列文书《{title}》({sha})不在包内，或者大小不符。",
        "Paper {title} ({sha}), which the facts name, is not in the package, or has another size.",
    ),
    "exhibits.paper_unrecorded": (
        "文书《{title}》({sha})没有台账条目，法院没有这份文件的记录。",
        "Paper {title} ({sha}) has no ledger entry; the court has no record of these bytes.",
    ),
    "exhibits.notice_missing": (
        "当事人确认知悉的告知 {notice} 的文本 {sha} 不在包内。",
        "The text {sha} of notice {notice}, which its party acknowledged, is not in the package.",
    ),
    "exhibits.notice_unrecorded": (
        "告知 {notice} 的确认没有台账条目。",
        "The acknowledgement of notice {notice} has no ledger entry.",
    ),
    "exhibits.footage_absent": (
        "现场记录 {record} 所指画面(录制 {recording} 第 {number} 号)不在包内。",
        (
            "The footage that field record {record} points at (recording {recording}, fragment "
            "{number}) is not in the package."
        ),
    ),
}
