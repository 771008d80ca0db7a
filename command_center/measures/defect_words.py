"""Defects in English: a record keeps the Chinese sentence; numbers and words are found in it."""

from __future__ import annotations

import re
from typing import Final

from schemas.field_api import Defect
from schemas.measures.fields import FIELDS
from schemas.measures.guide import STEPS
from schemas.measures.people import ATTENDEE_WORDS

ENGLISH: Final[dict[str, str]] = {
    "attachment.excessive": "What is controlled is worth {n} times what is owed, perhaps clearly"
    " too much; property that cannot be divided should be noted.",
    "cash.no_receipt": "Cash was taken, and no number of a receipt is written.",
    "co_owners.not_told": "The property is co-owned; that the co-owners were told is not written.",
    "debtor.contradicted": "The record names another debtor than the holder's number does: find out"
    " against which of them this is.",
    "debtor.unknown": "The record names somebody who is no debtor of the case: find out against"
    " whom this is.",
    "debtor.unnamed": "The case has several debtors, and the record does not say against which of"
    " them this is: find out and say so.",
    "detain.too_long": "Detention for more than fifteen days.",
    "disposal.objected": "A third person's objection is under review, was granted, or the time to"
    " sue runs: what it concerns may not be disposed of. Find out whether this is it.",
    "disposal.objected_here": "A third person's objection to this property is under review, was"
    " granted, or the time to sue runs: it may not be disposed of.",
    "field.missing": "{what} is missing.",
    "field.unreadable": "{what} cannot be read; the record itself counts.",
    "fine.out_of_range": "The fine is outside the range of the law.",
    "footage.major_unrecorded": "An act in a major case was not recorded; the reason is wanted.",
    "form.newer": "The form is newer than this system; the record alone keeps {n} of its fields.",
    "holder.differs": "The assisting unit has another number than the debtor's; how the identity"
    " was checked is not written.",
    "income.no_living_cost": "What the debtor and his dependants keep to live on is not written.",
    "lot.differs": "The pages of lot {n} are not those that the record names.",
    "lot.repeated": "Lot {n} of the list is there already; this one was not joined.",
    "lot.rows_repeated": "{last} rows stand in another lot, too; the lot was not joined.",
    "lot.unnumbered": "The lot has no number, or that of the act's own list; it was not joined.",
    "measure.before_case": "It was carried out before the case was filed: where preservation became"
    " enforcement its ruling should be named, else it should be set right.",
    "mortgagee.not_told": "The property is mortgaged; that the mortgagee was told is not written.",
    "officers.second_missing": "No second officer is named as present.",
    "officers.second_typed": "The second officer's name was typed; he did not confirm it himself.",
    "officers.second_unconfirmed": "The second officer has not confirmed yet that he was present.",
    "period.half_written": "Only one date of the period is written.",
    "period.not_written": "The dates of the period are not written; those shown are a suggestion.",
    "period.reversed": "The period ends before it begins.",
    "period.too_long": "The period is longer than the law allows.",
    "period.unreadable": "The dates of the period on the paper cannot be read.",
    "presence.absence_unexplained": "{what} did not come; how that was is not written.",
    "presence.debtor_not_notified": "That the debtor or an adult of his family was called is not"
    " written.",
    "presence.representative_not_notified": "That the legal representative or head was called is"
    " not written.",
    "presence.unit_not_notified": "That the work unit or the local organisation sent somebody is"
    " not written.",
    "recorders.fewer_than_two": "Two recorders or more should have recorded, it was {n}; the reason"
    " is wanted.",
    "refusal.no_witness": "Enforcement was refused or obstructed, and no witness was present.",
    "seizure.custodian_missing": "The record names no custodian.",
    "seizure.exemption_unconfirmed": "That the property is not exempt was not confirmed.",
    "seizure.item_number_repeated": "Numbers of the list repeat.",
    "seizure.item_uncounted": "Item {n} of the list has no quantity or unit.",
    "seizure.item_unnamed": "Item {n} of the list has no name.",
    "seizure.list_empty": "The list names no property.",
    "seizure.place_missing": "The record does not say where the property is.",
    "seizure.time_missing": "The record does not say when the act began and ended.",
    "seizure.time_reversed": "By the record the act ended before it began.",
    "secret.unreadable": "An encrypted number does not open or ends otherwise than shown: enter it"
    " again.",
    "service.day_before": "Served on a day before the paper was issued: the service is to be"
    " checked.",
    "service.left_unshown": "Papers were left, and there is no photo or footage of it.",
    "service.line_twice": "The same paper stands on the receipt twice.",
    "service.no_why": "A paper was refused or not served, and no reason is written.",
    "service.paper_unknown": "No issued paper fits number and addressee; the service was not"
    " registered.",
    "service.unproven": "Nobody who may sign has signed, or papers were left without photo and"
    " footage: the service is to be checked.",
    "settlement.no_terms": "When and how the settlement is performed is not written.",
    "signature.custodian_missing": "The custodian has not signed the record.",
    "signature.missing": "{what} was present and has not signed or sealed yet.",
    "signature.refusal_unexplained": "{what} refused or could not sign; the reason is not written.",
    "step.missing": "This is not written as done: {what}.",
    "step.no_reason": "This was passed over and no reason is written: {what}.",
    "summon.long": "Questioning for more than eight hours: only where detention is possible.",
    "summon.too_long": "Questioning for more than twenty-four hours.",
    "tag.check_differs": "The check code of seal tag {tag} is not of this case: miscopied, or of"
    " another case.",
    "tag.elsewhere": "Seal tag {tag} was used with another measure: find out why.",
    "tag.twice": "The same seal tag is written twice.",
    "thing.exempt": "By the register of property this may not be enforced on: check and correct.",
    "vehicle.no_engine": "The vehicle is not registered, and its engine number is not written.",
}
"""By code; `{n}`, `{last}`: the first and last number of the sentence, `{what}`: the field, step or
person that it names, `{tag}`: a seal tag."""

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_TAG = re.compile("封条 ([0-9A-Z ]+?) (?:已经|的)")
_WORDS = sorted(
    {
        **{field.zh: field.en for field in FIELDS.values()},
        **{step.zh: step.en for step in STEPS.values()},
        **dict(ATTENDEE_WORDS.values()),
    }.items(),
    key=lambda words: -len(words[0]),
)


def in_english(defect: Defect) -> str:
    """Return a defect's sentence in English; of a code that is not known here, the code."""
    sentence = ENGLISH.get(defect.code)
    if sentence is None:
        return defect.code
    numbers, tag = _NUMBER.findall(defect.text) or ["?"], _TAG.search(defect.text)
    said = sentence.format(
        n=numbers[0], last=numbers[-1], what=_named(defect.text), tag=tag[1] if tag else ""
    )
    return said[:1].upper() + said[1:]


def _named(text: str) -> str:
    """Return the English of the longest known word of a sentence."""
    return next((en for zh, en in _WORDS if zh in text), "somebody")
