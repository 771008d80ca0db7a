"""U4: channels besides SMPP against peers in their own processes; the clouds are simulated ones
that check the signature by the vendor's published algorithm."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from command_center.measures.service import accept_field_record
from command_center.notices import views
from command_center.notices.jobs import consumers
from command_center.notices.letters import open_letters
from command_center.notices.numbers import add_number
from command_center.notices.providers.aliyun import AliyunProvider, query_of
from command_center.notices.providers.aliyun import sign as sign_aliyun
from command_center.notices.providers.base import Answer, Message, Provider, ProviderReceipt
from command_center.notices.providers.choose import make_providers
from command_center.notices.providers.cloud import CloudSettings
from command_center.notices.providers.smtp import SmtpProvider, SmtpSettings
from command_center.notices.providers.tencent import TencentProvider
from command_center.notices.providers.tencent import sign as sign_tencent
from command_center.notices.providers.wechat import WechatAccount, WechatProvider
from command_center.notices.states import Channel, NoticeState
from command_center.notices.tasks import open_tasks
from command_center.platform.outbox import work_once
from schemas.problems import MzError
from tests.integration.notices.peers import Peer

if TYPE_CHECKING:
    from tests.integration.notices.conftest import OpenCourt
    from tests.integration.notices.court import Court

HERE = Path(__file__).parent
TEXT = "【南江法院】贺建平：您好"


@pytest.fixture(scope="module")
def cloud() -> Iterator[Peer]:
    peer = Peer([sys.executable, str(HERE / "cloud_peer.py")])
    yield peer
    peer.stop()


@pytest.fixture(scope="module")
def mail() -> Iterator[Peer]:
    peer = Peer([sys.executable, str(HERE / "smtp_peer.py")])
    yield peer
    peer.stop()


def _account(cloud: Peer, secret: str = "key-secret") -> CloudSettings:
    url = f"http://127.0.0.1:{cloud.port}/"
    return CloudSettings(url, "key-id", secret, "南江法院", "SMS_1", "1400000000")


Make = Callable[..., Provider]


@pytest.mark.parametrize("make", [AliyunProvider, TencentProvider])
def test_a_cloud_takes_what_is_signed_and_its_receipts_come(cloud: Peer, make: Make) -> None:
    receipts: list[ProviderReceipt] = []
    provider = make(_account(cloud), receipts.extend, lambda reply: None)
    key = f"key-{make.__name__}"
    good, bad = (provider.send(Message(key + end, f"138000001{end}", TEXT)) for end in ("01", "02"))
    assert (good.answer, bad.answer) == (Answer.ACCEPTED, Answer.ACCEPTED)
    provider.tick()
    found = {receipt.message_id: receipt.state for receipt in receipts}
    assert found[good.message_ids[0]] is NoticeState.DELIVERED
    assert found[bad.message_ids[0]] is NoticeState.PERM_FAIL
    taken = str(cloud.wait(provider.name))
    assert "贺建平：您好" in taken
    assert "【" not in taken  # the vendor puts the registered signature in front


@pytest.mark.parametrize("make", [AliyunProvider, TencentProvider])
def test_a_cloud_refuses_a_wrong_secret_a_wrong_number_and_haste(cloud: Peer, make: Make) -> None:
    provider = make(_account(cloud), lambda receipts: None, lambda reply: None)
    wrong = make(_account(cloud, "wrong"), lambda receipts: None, lambda reply: None)
    assert wrong.send(Message("w", "13800000001", TEXT)).answer is Answer.REJECTED
    assert provider.send(Message("8", "13800000008", TEXT)).answer is Answer.REJECTED
    ten = f"138{len(make.__name__)}0007"
    assert provider.send(Message("t", f"{ten:0<9}07", TEXT)).answer is Answer.TRY_LATER


def test_aliyun_never_takes_the_same_key_twice(cloud: Peer) -> None:
    provider = AliyunProvider(_account(cloud), lambda receipts: None)
    message = Message("the-key", "13800000009", TEXT)
    assert provider.send(message).answer is Answer.UNKNOWN
    assert provider.send(message).code == "SignatureNonceUsed"
    assert len([fact for fact in cloud.of("aliyun") if fact["OutId"] == "the-key"]) == 1


def test_wechat_drops_the_same_key_and_fetches_its_token(cloud: Peer) -> None:
    url = f"http://127.0.0.1:{cloud.port}"
    provider = WechatProvider(
        WechatAccount(url, "key-id", "key-secret", "t"), lambda receipts: None
    )
    message = Message("wx-key", "openid-09", TEXT)
    assert provider.send(message).answer is Answer.UNKNOWN
    assert provider.send(message).answer is Answer.ACCEPTED
    assert len(cloud.of("wechat")) == 1
    assert provider.send(Message("k", "openid-08", TEXT)).answer is Answer.REJECTED
    wrong = WechatProvider(WechatAccount(url, "key-id", "x", "t"), lambda receipts: None)
    assert wrong.send(Message("k", "openid-01", TEXT)).answer is Answer.TRY_LATER


@pytest.mark.parametrize(
    ("name", "answer"),
    [("zhou", Answer.ACCEPTED), ("busy", Answer.TRY_LATER), ("nobody", Answer.REJECTED),
     ("cut", Answer.UNKNOWN)],
)  # fmt: skip
def test_mail_is_taken_refused_or_lost(mail: Peer, name: str, answer: Answer) -> None:
    settings = SmtpSettings("127.0.0.1", mail.port, "court@example.cn", "告知", starttls=False)
    provider = SmtpProvider(settings, lambda receipts: None)
    assert provider.send(Message(f"k-{name}", f"{name}@example.cn", TEXT)).answer is answer
    if answer is Answer.ACCEPTED:
        told = mail.wait("mail")
        assert (told["text"], told["id"]) == (TEXT, "<k-zhou@example.cn>")


def test_a_peer_that_is_away_is_try_later() -> None:
    account = CloudSettings("http://127.0.0.1:9/", "k", "s", "x", "t")
    for provider in (
        AliyunProvider(account, lambda receipts: None),
        TencentProvider(account, lambda receipts: None),
        WechatProvider(WechatAccount("http://127.0.0.1:9", "k", "s", "t"), lambda receipts: None),
        SmtpProvider(SmtpSettings("127.0.0.1", 9, "a@b.cn", "x"), lambda receipts: None),
    ):
        assert provider.send(Message("k", "13800000001", TEXT)).answer is Answer.TRY_LATER


def test_the_signatures_are_those_of_the_vendors_documents() -> None:
    tencent = CloudSettings("", "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE",
                            "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE", "", "")  # fmt: skip
    payload = (
        rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
    )
    signed = sign_tencent(tencent, "cvm", "cvm.tencentcloudapi.com", payload, 1551113065)
    assert signed["Authorization"].endswith(
        "Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"
    )
    aliyun = CloudSettings("", "YourAccessKeyId", "YourAccessKeySecret", "", "")
    query = query_of({
        "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd", "RegionId": "cn-shanghai",
    })  # fmt: skip
    found = sign_aliyun(aliyun, "ecs.cn-shanghai.aliyuncs.com", "RunInstances", "2014-05-26", query,
                        "3156853299f313e23d1673dc12e1703d", "2023-10-26T10:22:32Z")  # fmt: skip
    assert found["Authorization"].endswith(
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


def _work(court: Court, providers: Any) -> None:
    for _ in range(4):
        while work_once(court.database, consumers(providers)):
            pass
        court.clock.ahead_ms += 1_500
        providers[Channel.SMS].tick()


def _told(court: Court, channel: Channel) -> list[NoticeState]:
    found = court.database.read(views.notices_of_case, court.clerk, court.case)
    return [one.state for one in found if one.channel is channel and one.party == court.debtor]


@pytest.mark.parametrize(("address", "letters"), [("zhou@example.cn", 0), ("nobody@example.cn", 1)])
def test_u4_a_failed_message_goes_on_by_mail_and_then_by_letter(
    new_court: OpenCourt, mail: Peer, address: str, letters: int
) -> None:
    court = new_court(
        debtor_phone="13800000000",
        more={"mail": {"host": "127.0.0.1", "port": mail.port, "sender": "court@example.cn",
                       "starttls": False}},
    )  # fmt: skip
    court.database.run(
        add_number, court.clerk, court.debtor, address, "confirmation", "当面", "EMAIL"
    )
    providers = make_providers(court.database, court.database.settings)
    court.database.run(accept_field_record, court.device_principal, court.sign(court.record()))
    _work(court, providers)
    assert _told(court, Channel.SMS) == [NoticeState.PERM_FAIL]
    assert _told(court, Channel.EMAIL) == [NoticeState.PERM_FAIL if letters else NoticeState.SENT]
    assert len(court.database.read(open_letters, court.clerk)) == letters
    assert len(court.database.read(open_tasks, court.clerk)) == letters


def test_an_unconfirmed_address_gets_nothing(new_court: OpenCourt, mail: Peer) -> None:
    court = new_court(
        debtor_phone="13800000000",
        more={"mail": {"host": "127.0.0.1", "port": mail.port, "sender": "court@example.cn",
                       "starttls": False}},
    )  # fmt: skip
    court.database.run(add_number, court.clerk, court.debtor, "z@example.cn", "debtor", "", "EMAIL")
    court.database.run(accept_field_record, court.device_principal, court.sign(court.record()))
    _work(court, make_providers(court.database, court.database.settings))
    assert _told(court, Channel.EMAIL) == []
    assert len(court.database.read(open_letters, court.clerk)) == 1


def test_tencent_without_an_answer_is_never_sent_twice_but_by_letter(
    new_court: OpenCourt, cloud: Peer, tmp_path: Path
) -> None:
    def taken() -> list[dict[str, Any]]:
        return [one for one in cloud.of("tencent") if one["PhoneNumberSet"] == ["+8613800007709"]]

    before = len(taken())
    secret = tmp_path / "secret"
    secret.write_text("key-secret\n")
    court = new_court(
        debtor_phone="13800007709",
        sms={"provider": "tencent", "url": f"http://127.0.0.1:{cloud.port}/",
             "system_id": "key-id", "password_file": str(secret), "source": "南江法院",
             "template": "1", "app": "14"},
    )  # fmt: skip
    court.database.run(accept_field_record, court.device_principal, court.sign(court.record()))
    providers = make_providers(court.database, court.database.settings)
    for _ in range(3):
        _work(court, providers)
    assert len(taken()) == before + 1
    assert _told(court, Channel.SMS) == [NoticeState.PERM_FAIL]
    assert len(court.database.read(open_letters, court.clerk)) == 1


@pytest.mark.parametrize(
    "more",
    [{"mail": {"host": "mail.example.cn", "starttls": False}},
     {"wechat": {"app_id": "x", "url": "http://api.weixin.qq.com"}},
     {"sms": {"provider": "aliyun", "url": "http://dysmsapi.aliyuncs.com"}}],
)  # fmt: skip
def test_a_secret_never_goes_in_the_clear(
    new_court: OpenCourt, tmp_path: Path, more: dict[str, Any]
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s")
    sms = {**more["sms"], "password_file": str(secret)} if "sms" in more else None
    rest = {name: dict(section) for name, section in more.items() if name != "sms"}
    if "wechat" in rest:
        rest["wechat"]["secret_file"] = str(secret)
    court = new_court(more=rest, sms=sms)
    with pytest.raises(MzError, match=r"settings\.malformed"):
        make_providers(court.database, court.database.settings)


def test_quiet_hours_and_too_much_in_a_day_wait(new_court: OpenCourt) -> None:
    court = new_court(more={"notices": {"quiet_from": "00:00", "quiet_to": "23:59"}})
    court.database.run(accept_field_record, court.device_principal, court.sign(court.record()))
    providers = make_providers(court.database, court.database.settings)
    while work_once(court.database, consumers(providers)):
        pass
    assert _told(court, Channel.SMS) == [NoticeState.QUEUED]
    court.clock.ahead_ms += 86_400_000 - (court.clock() + 8 * 3_600_000) % 86_400_000 - 30_000
    _work(court, providers)
    assert _told(court, Channel.SMS) == [NoticeState.DELIVERED]
