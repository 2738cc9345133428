"""Mail, and `svc audit submit --to`: the seal leaves the machine, later where it cannot at once (1.5)."""

from __future__ import annotations

import email
import hashlib
from collections.abc import Iterator
from email import policy
from typing import Any

import pytest

from tests.conftest import Svc
from tests.post import receivers
from tests.post.receivers import receiver
from tests.post.test_notify import LATE, closed_port

pytest.importorskip("aiosmtpd")


class Box:
    """What an SMTP server takes; `nobody@` it refuses."""

    def __init__(self) -> None:
        self.letters: list[Any] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address.startswith("nobody@"):
            return "550 5.1.1 no such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        letter = email.message_from_bytes(envelope.content, policy=policy.default)
        self.letters.append((envelope.rcpt_tos, letter))
        return "250 OK"


@pytest.fixture
def post() -> Iterator[tuple[Box, str]]:
    from aiosmtpd.controller import Controller

    box, port = Box(), closed_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box, f"smtp://127.0.0.1:{port}?from=svc@example.com"
    finally:
        controller.stop()


def test_mail_to_each_receiver(svc: Svc, post: tuple[Box, str]) -> None:
    box, server = post
    svc.environ["SVC_SMTP"] = server
    late = svc(LATE).id
    line = "--lang zh check --notify mailto:head@example.com,nobody@example.com"
    said = svc(line, code=1).err
    assert "mail nobody@example.com：对方拒收：550 5.1.1 no such user" in said
    svc(line, code=1)
    assert [to for to, _ in box.letters] == [["head@example.com"]]
    letter = box.letters[0][1]
    assert letter["Subject"] == "售后服务：1 项超期一天以上" and letter["From"] == "svc@example.com"
    assert late in letter.get_content() and letter["Date"] and letter["Message-ID"].endswith("@example.com>")


def test_a_mail_server_that_is_down_loses_nothing(svc: Svc) -> None:
    svc(LATE)
    svc.environ["SVC_SMTP"] = f"smtp://127.0.0.1:{closed_port()}"
    assert "not reached" in svc("check --notify mailto:head@example.com", code=1).err


def sealed(svc: Svc) -> str:
    """The hash of the seal of October."""
    return hashlib.sha256((svc.desk / "data/seals/2026-10.txt").read_bytes()).hexdigest()


def test_a_seal_goes_by_mail_webhook_and_to_a_folder(svc: Svc, post: tuple[Box, str], tmp_path: Any) -> None:
    box, server = post
    away = tmp_path / "away"
    away.mkdir()
    svc.environ["SVC_SMTP"] = server
    with receiver(receivers.webhook) as hook:
        svc(f"audit submit 2026-10 --to mailto:gm@example.com --to {hook.url('webhook')} --to {away}")
        body = hook.got[0].body
    seal = (svc.desk / "data/seals/2026-10.txt").read_bytes()
    assert (body["kind"], body["month"], body["sha256"]) == ("seal", "2026-10", sealed(svc))
    assert body["files"]["2026-10.txt"].encode() == seal
    letter = box.letters[0][1]
    attached = {part.get_filename(): part.get_content() for part in letter.iter_attachments()}
    assert attached["2026-10.txt"] == seal == (away / "2026-10.txt").read_bytes()
    assert {"2026-10.json", "2026-10.rules.yaml"} <= attached.keys()
    assert sealed(svc) in letter.get_body().get_content()


def test_a_seal_that_cannot_leave_is_kept_and_sent_by_the_next_check(svc: Svc, tmp_path: Any) -> None:
    port = closed_port()
    svc.environ["GM"] = f"webhook+http://127.0.0.1:{port}/gm"
    away = tmp_path / "not-mounted"
    done = svc(f"audit submit 2026-10 --to env:GM --to {away}")
    assert done.out.startswith("2026-10  sealed") and done.err.count("kept, sent again") == 2
    assert str(port) not in (svc.desk / "data/outbox/state.json").read_text()  # the address stays in the environment
    away.mkdir()
    with receiver(receivers.webhook, port) as hook:
        assert "sent to webhook" in svc("check --notify env:GM").err
        assert [got.body["sha256"] for got in hook.got] == [sealed(svc)]
        assert (away / "2026-10.txt").is_file()
        assert svc("check --notify env:GM").err == "" and len(hook.got) == 1


def test_a_sealed_month_is_sent_again_when_asked(svc: Svc) -> None:
    svc("audit submit 2026-10")
    svc("audit submit 2026-10", code=4)
    with receiver(receivers.wecom) as bot:
        svc(f"audit submit 2026-10 --to {bot.url('wecom', '/send?key=k-1')}")
        assert sealed(svc) in bot.got[0].body["text"]["content"]
