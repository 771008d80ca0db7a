"""The name under which this build signs."""

from __future__ import annotations

APP = "mingzheng-field/0.1.0"
