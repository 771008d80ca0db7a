"""Operations: the visit, its crew and steps, orders, and who is where now."""
