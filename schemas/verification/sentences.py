"""Every sentence of the verifier, in Chinese and English, by its code: titles, what was done, what
is not proven; what was found and remarked stands in `found` and `remarks`."""

from __future__ import annotations

from schemas.recording_notes import FaultCause
from schemas.verification.found import FOUND
from schemas.verification.remarks import REMARKS
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
