"""Notices by e-mail (SMTP, STARTTLS), to addresses that the party confirmed.

The attempt's key is in the Message-ID, so a mailbox shows a repeated submission as the same
message. The mail server's acceptance is no proof that anybody got it: such a notice stays "sent".
"""

from __future__ import annotations

import dataclasses
import smtplib
import ssl
from email.message import EmailMessage

from command_center.notices.providers.base import (
    Message,
    NoAnswer,
    PooledProvider,
    ReceiptSink,
    Rejected,
    TryLater,
)

_TIMEOUT_S = 20.0


@dataclasses.dataclass(frozen=True)
class SmtpSettings:
    """The court's mail server. `starttls` may be off on the loopback only."""

    host: str
    port: int
    sender: str
    subject: str
    user: str = ""
    password: str = dataclasses.field(default="", repr=False)
    starttls: bool = True


class SmtpProvider(PooledProvider):
    """One connection for each notice: nothing is kept open between them."""

    name = "smtp"

    def __init__(self, settings: SmtpSettings, sink: ReceiptSink) -> None:
        super().__init__(sink)
        self._settings = settings

    def _submit(self, message: Message) -> list[str]:
        mail = self._mail(message)
        try:
            link = self._open(message.number)
        except smtplib.SMTPResponseException as error:
            raise _refusal(error) from error
        except (OSError, smtplib.SMTPException) as error:
            raise TryLater(type(error).__name__) from error
        try:
            code, _said = link.data(mail.as_bytes())
        except smtplib.SMTPDataError as error:
            raise _refusal(error) from error
        except (OSError, smtplib.SMTPException) as error:
            raise NoAnswer(type(error).__name__) from error
        finally:
            link.close()
        if code != 250:
            raise _refusal(smtplib.SMTPResponseException(code, ""))
        return [mail["Message-ID"]]

    def _open(self, to: str) -> smtplib.SMTP:
        """Return a connection that awaits the message; nothing of it was said yet."""
        settings = self._settings
        link = smtplib.SMTP(settings.host, settings.port, timeout=_TIMEOUT_S)
        try:
            link.ehlo_or_helo_if_needed()
            if settings.starttls:
                link.starttls(context=ssl.create_default_context())
                link.ehlo()
            if settings.user:
                link.login(settings.user, settings.password)
            for code, said in (link.mail(settings.sender), link.rcpt(to)):
                if code not in (250, 251):
                    raise smtplib.SMTPResponseException(code, said)
        except BaseException:
            link.close()
            raise
        return link

    def _mail(self, message: Message) -> EmailMessage:
        mail = EmailMessage()
        mail["From"], mail["To"] = self._settings.sender, message.number
        mail["Subject"] = self._settings.subject
        mail["Message-ID"] = f"<{message.key}@{self._settings.sender.partition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text)
        return mail


def _refusal(error: smtplib.SMTPResponseException) -> Exception:
    """4xx may pass later, 5xx never will; the server's words may hold the address: left out."""
    kind = TryLater if 400 <= error.smtp_code < 500 else Rejected
    return kind(f"smtp {error.smtp_code}")
