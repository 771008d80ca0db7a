"""Who may do what: one readable map from roles (DOMAIN §5.4) to permissions `thing:act`."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """Court staff; DEVICE and PARTY are the principals of the other two doors."""

    ENF_OFFICER = "ENF_OFFICER"  # 执行员
    JUDGE = "JUDGE"  # 法官
    ASSISTANT = "ASSISTANT"  # 法官助理
    CLERK = "CLERK"  # 书记员
    BAILIFF = "BAILIFF"  # 司法警察
    BUREAU_HEAD = "BUREAU_HEAD"  # 执行局长
    PRESIDENT = "PRESIDENT"  # 院长
    VICE_PRESIDENT = "VICE_PRESIDENT"  # 副院长
    PANEL = "PANEL"  # 合议庭
    COMMANDER = "COMMANDER"  # 指挥长
    DUTY_OFFICER = "DUTY_OFFICER"  # 值班员
    TECHNICIAN = "TECHNICIAN"  # 技术人员
    FINANCE = "FINANCE"  # 财务人员
    ARCHIVIST = "ARCHIVIST"  # 档案员
    AUDITOR = "AUDITOR"  # 审务督察
    ADMIN = "ADMIN"  # 管理员
    DEVICE = "DEVICE"
    PARTY = "PARTY"


ROLE_NAMES: dict[Role, tuple[str, str]] = {
    Role.ENF_OFFICER: ("执行员", "Enforcement officer"),
    Role.JUDGE: ("法官", "Judge"),
    Role.ASSISTANT: ("法官助理", "Judge's assistant"),
    Role.CLERK: ("书记员", "Clerk"),
    Role.BAILIFF: ("司法警察", "Bailiff"),
    Role.BUREAU_HEAD: ("执行局长", "Head of bureau"),
    Role.PRESIDENT: ("院长", "President"),
    Role.VICE_PRESIDENT: ("副院长", "Vice-president"),
    Role.PANEL: ("合议庭", "Panel"),
    Role.COMMANDER: ("指挥长", "Commander"),
    Role.DUTY_OFFICER: ("值班员", "Duty officer"),
    Role.TECHNICIAN: ("技术人员", "Technician"),
    Role.FINANCE: ("财务人员", "Finance"),
    Role.ARCHIVIST: ("档案员", "Archivist"),
    Role.AUDITOR: ("审务督察", "Auditor"),
    Role.ADMIN: ("管理员", "Administrator"),
    Role.DEVICE: ("执法记录仪", "Device"),
    Role.PARTY: ("当事人", "Party"),
}

_SELF = frozenset({"self:password"})
_FACTS = frozenset(
    {"case:read", "operation:read", "measure:read", "notice:read", "event:read", "order:read",
     "deadline:read", "paper:read"}
)  # fmt: skip
_LIVE = frozenset({"live:watch", "presence:read"})
_PLAY = frozenset({"recording:read", "recording:play"})
_BRING = frozenset({"recording:import"})
_EXPORT = frozenset({"recording:export"})
_COMMAND = frozenset({"order:send", "talk:speak", "marker:set", "device:read"})
_HOLD = frozenset({"notice:hold"})
_TELL = frozenset({"contact:keep", "notice:retry", "grant:issue", "sms:read", "template:propose"})
_KEEP = frozenset({"deadline:keep", "measure:register", "paper:make", "paper:serve", "log:write",
                   "case:keep", "operation:plan"})  # fmt: skip
_SIGN = frozenset({"paper:approve", "template:approve"})
_OPEN = frozenset({"case:open"})
_DEVICES = frozenset({"device:read", "device:enrol", "device:revoke", "device:issue",
                      "source:manage"})  # fmt: skip
_AUDIT = frozenset({"ledger:read", "view:read", "system:read"})

_TWO_PERSONS = frozenset({"private:ask", "private:open"})
"""Private footage: whoever asks never agrees to his own request."""

_QUARANTINE = frozenset({"quarantine:read", "quarantine:ask", "quarantine:agree"})
"""What revoked devices sent: whoever asks never agrees to his own request."""

_AGREE = frozenset({"staff:read", "staff:agree"})
"""Accounts of staff: whoever asks never agrees to his own request."""

_LEADERS = (_FACTS | _LIVE | _PLAY | _EXPORT | _COMMAND | _AUDIT | _HOLD | _TWO_PERSONS
            | _QUARANTINE)  # fmt: skip

PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.ENF_OFFICER: _SELF | _FACTS | _LIVE | _PLAY | _BRING | _KEEP | {"device:read"},
    Role.JUDGE: _SELF | _FACTS | _LIVE | _PLAY | _EXPORT | _KEEP | _HOLD | _SIGN | _TWO_PERSONS
    | {"ledger:read", "grant:issue"},
    Role.ASSISTANT: _SELF | _FACTS | _PLAY | _BRING | _KEEP | {"grant:issue"},
    Role.CLERK: _SELF | _FACTS | _PLAY | _BRING | _TELL | _KEEP | _OPEN,
    Role.BAILIFF: _SELF | {"operation:read", "event:read", "order:read"} | _LIVE,
    Role.BUREAU_HEAD: _SELF | _LEADERS | _BRING | _TELL | _DEVICES | _KEEP | _SIGN
    | _OPEN | _AGREE | {"calendar:change"},
    Role.PRESIDENT: _SELF | _LEADERS | _SIGN | _AGREE | {"paper:approve_president"},
    Role.VICE_PRESIDENT: _SELF | _LEADERS | _SIGN | _AGREE,
    Role.PANEL: _SELF | _FACTS | _PLAY,
    Role.COMMANDER: _SELF | _LEADERS | _BRING | _TELL | _DEVICES | {"operation:plan"},
    Role.DUTY_OFFICER: _SELF | _FACTS | _LIVE | _PLAY | _EXPORT | _COMMAND | _TELL | _AUDIT
    | _BRING | {"device:enrol", "device:issue", "private:ask", "quarantine:read",
             "quarantine:ask"},
    Role.TECHNICIAN: _SELF | _LIVE | _DEVICES | {"event:read", "system:read", "sms:read"},
    Role.FINANCE: _SELF | {"case:read", "measure:read", "event:read"},
    Role.ARCHIVIST: _SELF | _FACTS | _PLAY | _BRING | _EXPORT | {"ledger:read"},
    Role.AUDITOR: _SELF | _FACTS | _PLAY | _EXPORT | _AUDIT | _TWO_PERSONS
    | {"device:read", "staff:read", "quarantine:read"},
    Role.ADMIN: _SELF | _DEVICES | _AUDIT | _AGREE | {"staff:manage", "event:read", "sms:read"},
    Role.DEVICE: frozenset({"record:send", "order:read_own", "presence:report"}),
    Role.PARTY: frozenset({"disclosure:read_own"}),
}  # fmt: skip

COURT_STAFF: tuple[Role, ...] = tuple(
    role for role in Role if role not in (Role.DEVICE, Role.PARTY)
)
FIELD_STAFF = frozenset({Role.ENF_OFFICER, Role.BAILIFF, Role.ASSISTANT, Role.JUDGE, Role.CLERK})
"""Who may carry a device. None of them issues one: nobody hands a device to himself."""
ALL_PERMISSIONS = frozenset().union(*PERMISSIONS.values())


def permissions_of(role: str) -> frozenset[str]:
    """Return a role's permissions; none for an unknown role."""
    return PERMISSIONS.get(Role(role), frozenset()) if role in Role.__members__ else frozenset()
