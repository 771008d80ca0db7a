"""The six grounds on which control is released (查扣冻规定(2020) 28): code → Chinese, English."""

from __future__ import annotations

RELEASE_GROUNDS = {
    "THIRD_PERSONS_PROPERTY": ("财产属于案外人", "the property is a third person's"),
    "APPLICATION_WITHDRAWN": (
        "申请执行人撤回申请或者放弃债权", "the application was withdrawn or the claim given up",
    ),
    "NOT_SOLD": (
        "流拍或者变卖不成，又不同意抵债且无法采取其他措施",
        "it was not sold, not taken in kind, and nothing else can be done",
    ),
    "DEBT_PAID": ("债务已经清偿", "the debt is paid"),
    "SECURITY_GIVEN": (
        "被执行人提供担保且申请执行人同意", "security was given and the applicant agrees",
    ),
    "OTHER": ("法院认为应当解除的其他情形", "another case in which the court finds it due"),
}  # fmt: skip
