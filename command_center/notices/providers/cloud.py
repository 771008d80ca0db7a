"""What the vendors of text messages over HTTPS have in common."""

from __future__ import annotations

import dataclasses
import re

_SIGNATURE = re.compile(r"^【[^】]*】")


@dataclasses.dataclass(frozen=True)
class CloudSettings:
    """A vendor's account: address, key, the registered signature and the registered template,
    whose one field takes the text; `app` is Tencent's SdkAppId."""

    url: str
    key_id: str
    secret: str = dataclasses.field(repr=False)
    sign_name: str
    template: str
    app: str = ""
    region: str = "ap-guangzhou"


def content_of(text: str) -> str:
    """Return a text without its signature: the vendor puts the registered one in front."""
    return _SIGNATURE.sub("", text)
