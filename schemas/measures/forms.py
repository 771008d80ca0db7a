"""The forms of acts at the scene: one definition a kind, read by the device and by the centre.

A new kind of act is one line of `FORMS`; a change of what a form asks is a new version, and
`since` says from which version a field or step is asked: older records do not lack it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from schemas.measures import served
from schemas.measures.fields import CONTROLLING, FIELDS, Reading, wanted
from schemas.measures.guide import CARE, GuideStep
from schemas.measures.kinds import MeasureKind
from schemas.measures.lots import LIST_LOT
from schemas.measures.people import CARED_FOR, AttendeeKind, attendee_code
from schemas.measures.property import PropertyKind
from schemas.measures.tags import named_twice, read_tags
from schemas.money import read_yuan
from schemas.records import FieldAct
from schemas.time import COURT_ZONE, to_ms

MOMENT = "%Y-%m-%d %H:%M"
"""How a moment is stored, by the court's clock."""
_G = GuideStep
_WITNESSED = "witness"
_AT_HOME = (_G.ANNOUNCE, _G.SHOW_ID, _G.SHOW_PAPER, _G.NOTIFY, _G.EXPLAIN_RIGHTS, _G.READ_OUT,
            _G.COPY_GIVEN)  # fmt: skip
_AT_COUNTER = (_G.ANNOUNCE, _G.SHOW_ID, _G.SHOW_PAPER)
_WITH_A_PERSON = (_G.ANNOUNCE, _G.SHOW_ID, _G.EXPLAIN_RIGHTS, _G.READ_OUT)


@dataclass(frozen=True)
class ActForm:
    """What an act must say. kind: the measure that it becomes, None: it is a line of the log.

    listed: it has a list of things; kept: they have a custodian; present: the persons of 民诉法
    256 are to be notified; on_receipt: it takes effect when the assisting unit signs for it;
    two_recorders: V-11 asks for two at once; refusal: it tells of an obstruction, which a witness
    saw; counter: other customers' data may be in sight, so viewing is closed meanwhile.
    """

    name: str
    zh: str
    en: str
    kind: MeasureKind | None = None
    over: PropertyKind = PropertyKind.NONE
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    steps: tuple[GuideStep, ...] = _AT_HOME
    listed: bool = False
    kept: bool = False
    present: bool = False
    on_receipt: bool = False
    two_recorders: bool = False
    refusal: bool = False
    counter: bool = False
    version: int = 1
    since: Mapping[str, int] = field(default_factory=dict)

    @property
    def dated(self) -> bool:
        """Whether its paper names a control period."""
        return self.kind in CONTROLLING

    @property
    def itemised(self) -> bool:
        """Whether its list must name every thing: of what is controlled, and a lot of a list."""
        return self.listed and (self.dated or self.name == LIST_LOT)

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of all its fields in the form's order."""
        return (*self.required, *self.optional)

    def missing_fields(self, facts: Mapping[str, str], version: int) -> list[str]:
        """Return the fields that a record of a version must have and lacks."""
        return [
            name
            for name in self.required
            if self.since.get(name, 1) <= version and not facts.get(name, "").strip()
        ]

    def steps_for(self, kinds: Iterable[str]) -> tuple[GuideStep, ...]:
        """Return its steps when persons of these kinds are there: some open the care checklist."""
        cared = any(attendee_code(kind) in CARED_FOR for kind in kinds)
        return (*self.steps, *CARE) if cared else self.steps


def _against_one(form: ActForm) -> ActForm:
    """Return a form that asks against which of several debtors a measure is; of one nobody asks."""
    if form.kind is None:
        return form
    return replace(form, optional=("against", *form.optional))


def _in_lots(form: ActForm) -> ActForm:
    """Return a form whose list may be filled in lots by other devices."""
    if not form.listed or form.name == LIST_LOT:
        return form
    return replace(form, optional=(*form.optional, "lots"))


def _of_desk(form: ActForm) -> ActForm:
    """Return a form that asks also what the desk wants of its kind.

    The assisting unit's papers come later where the act takes effect at the scene.
    """
    if form.kind is None:
        return form
    from_desk = wanted(form.kind, form.over)
    later = () if form.on_receipt else ("assist_paper", "assisting_unit", "receipt")
    return replace(
        form,
        required=(*(one for one in from_desk.required if one not in later), *form.required),
        optional=(*(one for one in later if one in from_desk.required), *from_desk.optional,
                  *form.optional),
    )  # fmt: skip


_M, _P = MeasureKind, PropertyKind
_ALL = (
    _of_desk(ActForm(
        "seize_movables", "扣押动产", "Seize movables", _M.SEIZE, _P.MOVABLE, listed=True,
        optional=("seal_tags",), kept=True, present=True, two_recorders=True,
    )),
    _of_desk(ActForm(
        "seal_real_estate", "查封不动产", "Seal real property", _M.SEAL, _P.REAL_ESTATE,
        required=("seal_place",), optional=("seal_tags",), present=True, two_recorders=True,
    )),
    _of_desk(ActForm(
        "seal_movables", "查封动产", "Seal movables", _M.SEAL, _P.MOVABLE,
        optional=("seal_place", "seal_tags"), listed=True, kept=True, present=True,
        two_recorders=True,
    )),
    _of_desk(ActForm(
        "seize_vehicle", "扣押机动车", "Seize a vehicle", _M.SEIZE, _P.VEHICLE, kept=True,
        optional=("seal_tags",), present=True, two_recorders=True,
    )),
    ActForm(
        "search", "搜查", "Search", _M.SEARCH, required=("warrant", "searched", "found"),
        optional=("forced", "woman_searched_by"), listed=True, present=True, two_recorders=True,
    ),
    ActForm(
        "evict", "强制迁出", "Evict", _M.EVICT, optional=("forced",), listed=True, present=True,
        required=("public_notice", "ordered_until", "goods_to", "receiver"), two_recorders=True,
    ),
    ActForm(
        "deliver", "交付", "Deliver", _M.DELIVER, required=("paper", "handed_over", "receiver"),
        listed=True, present=True,
    ),
    ActForm(
        "custody", "指定保管", "Appoint a custodian", _M.CUSTODY, required=("paper", "kept"),
        optional=("may_use",), steps=(*_WITH_A_PERSON, _G.COPY_GIVEN), listed=True, kept=True,
    ),
    _of_desk(ActForm(
        "freeze_deposit", "柜台冻结存款", "Freeze a deposit at the counter", _M.FREEZE,
        _P.DEPOSIT, required=("receipt_at",), optional=("unit_person",), steps=_AT_COUNTER,
        on_receipt=True, two_recorders=True, counter=True,
    )),
    _of_desk(ActForm(
        "transfer_deposit", "柜台划拨存款", "Transfer a deposit at the counter", _M.TRANSFER,
        _P.DEPOSIT, required=("receipt_at",), optional=("unit_person",), steps=_AT_COUNTER,
        on_receipt=True, two_recorders=True, counter=True,
    )),
    ActForm(
        "assist_refused", "拒绝协助", "Assistance refused", steps=_AT_COUNTER, refusal=True,
        required=("assisting_unit", "assist_paper", "unit_person", "refusal"), two_recorders=True,
        counter=True, version=2, since={_WITNESSED: 2},
    ),
    ActForm(
        "obstructed", "拒绝开启、拒绝签名", "Refusal to open or sign", refusal=True,
        required=("refused", "refused_by", "refused_why"), optional=("forced",),
        steps=_AT_COUNTER, two_recorders=True,
    ),
    ActForm(
        "summon", "拘传", "Summon by force", _M.SUMMON_BY_FORCE, optional=("hours",),
        required=("summons", "summoned", "brought_at"),
        steps=(_G.ANNOUNCE, _G.SHOW_ID, _G.SHOW_PAPER, _G.EXPLAIN_RIGHTS, _G.READ_OUT),
    ),
    ActForm(
        served.SERVE, "送达", "Serve papers", required=("addressee", "served"), steps=_AT_COUNTER,
        version=2, since={"addressee": 2, "served": 2},
    ),
    ActForm(
        "inquire", "现场调查笔录", "Inquiry at the scene", required=("asked", "answered"),
        steps=_WITH_A_PERSON,
    ),
    ActForm(
        LIST_LOT, "清单分册", "Lot of a list", required=("of_act", "lot", "first_number"),
        steps=(), listed=True,
    ),
    ActForm(
        "perform", "当场履行、和解", "Performance or settlement", required=("performed",),
        optional=("cash_fen", "cash_receipt", "transfer_fen", "settled_fen", "settled_by"),
        steps=_WITH_A_PERSON,
    ),
)  # fmt: skip
FORMS: dict[str, ActForm] = {one.name: _in_lots(_against_one(one)) for one in _ALL}


def takes_cash(facts: Mapping[str, str]) -> bool:
    """Return whether cash was taken: two officers take it (执行款物管理规定 6)."""
    return facts.get("cash_fen", "0") not in ("", "0")


def lacking(form: ActForm, body: FieldAct) -> list[str]:
    """Return what fields and steps of a record lack, as codes `field:NAME`, `step:NAME` (neither
    done nor left out), `reason:NAME` (left out without a reason), and the rules that tie fields
    together: `engine`, `cash_receipt`, `settled_by`, `tag_twice`, `witness`, and those of papers
    served (`schemas.measures.served.lacking`)."""
    facts = body.facts
    done = {one.step: one for one in body.steps}
    found = [f"field:{name}" for name in form.missing_fields(facts, body.version)]
    if form.over is PropertyKind.VEHICLE and not facts.get("plate") and not facts.get("engine"):
        found.append("engine")
    if takes_cash(facts) and not facts.get("cash_receipt"):
        found.append("cash_receipt")
    if facts.get("settled_fen") and not facts.get("settled_by"):
        found.append("settled_by")
    found += served.lacking(body)
    if named_twice(read_tags(facts.get("seal_tags", "")) or []):
        found.append("tag_twice")
    there = [one.kind for one in body.attendees if one.attended]
    witnessed = AttendeeKind.WITNESS in map(attendee_code, there)
    if form.refusal and form.since.get(_WITNESSED, 1) <= body.version and not witnessed:
        found.append(_WITNESSED)
    for step in form.steps_for(there):
        if form.since.get(step, 1) > body.version:
            continue
        if step not in done:
            found.append(f"step:{step}")
        elif done[step].skipped and not done[step].skipped.strip():
            found.append(f"reason:{step}")
    return found


def _whole(text: str) -> str | None:
    return text if text.isascii() and text.isdigit() and len(text) <= 6 else None


def _moment(text: str) -> str | None:
    try:
        return dt.datetime.fromisoformat(text).strftime(MOMENT)
    except ValueError:
        return None


def _money(text: str) -> str | None:
    try:
        return str(read_yuan(text))
    except ValueError:
        return None


def _tags(text: str) -> str | None:
    found = read_tags(text)
    return None if found is None else " ".join(tag.text for tag in found)


def stored(name: str, typed: str) -> str | None:
    """Return what a record keeps of a field as it was typed, None where it cannot be read so."""
    reading, text = FIELDS[name].reading, typed.strip()
    match reading:
        case _ if not text:
            return ""
        case Reading.MONEY:
            return _money(text)
        case Reading.WHOLE:
            return _whole(text)
        case Reading.MOMENT:
            return _moment(text)
        case Reading.SECRET:
            return mask_number(text)
        case Reading.TAGS:
            return _tags(text)
        case Reading.SERVED:
            return served.normal(text)
    return text


def mask_number(number: str) -> str:
    """Return a number of which only the last four are seen: `**** 3391`."""
    return f"**** {number.replace(' ', '')[-4:]}"


def moment_ms(stored_moment: str) -> int | None:
    """Return Unix ms of a stored moment, None where there is none."""
    try:
        at = dt.datetime.strptime(stored_moment, MOMENT).replace(tzinfo=COURT_ZONE)
    except ValueError:
        return None
    return to_ms(at)


def readable(name: str, value: str) -> bool:
    """Return whether a stored value can be read as its field says: a record may be anyone's."""
    match FIELDS[name].reading:
        case Reading.MONEY:
            return value.isascii() and value.isdigit() and len(value) <= 15
        case Reading.WHOLE:
            return _whole(value) is not None
        case Reading.MOMENT:
            return moment_ms(value) is not None
        case Reading.TAGS:
            return read_tags(value) is not None
        case Reading.SERVED:
            return served.read(value) is not None
        case Reading.CHOICE:
            return value in {code for code, _, _ in FIELDS[name].choices}
    return True
