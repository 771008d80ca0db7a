"""Objections in an enforcement case (执行异议、案外人异议、复议): received, registered, decided."""
