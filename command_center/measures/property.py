"""The class of a kind of property, whose ceiling a control period follows."""

from __future__ import annotations

from command_center.deadlines.rulepack import PropertyClass
from schemas.measures.property import PropertyKind

_CLASSES = {
    PropertyKind.DEPOSIT: PropertyClass.DEPOSIT,
    PropertyKind.PAYMENT_ACCOUNT: PropertyClass.DEPOSIT,
    PropertyKind.MOVABLE: PropertyClass.MOVABLE,
    PropertyKind.VEHICLE: PropertyClass.MOVABLE,
}


def property_class(kind: str) -> PropertyClass:
    """Return the class of a kind: money, movables, or real property and other rights."""
    return _CLASSES.get(PropertyKind(kind), PropertyClass.OTHER_RIGHT)
