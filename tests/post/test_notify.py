"""`svc check --notify`: told once per stage, never lost, refusals recognised; against servers on loopback."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Svc
from tests.post import receivers
from tests.post.receivers import Receiver, receiver

LATE = "visit dispatch --customer CU0001 --staff S02 --promised 2026-10-06T10:00 --at 2026-10-05T18:00"


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver(receivers.webhook) as found:
        yield found


@pytest.fixture
def late(svc: Svc) -> str:
    """A visit that nobody arrived at, overdue for more than a day; its id."""
    return svc(LATE).id


def told(hook: Receiver) -> list[list[tuple[str, str]]]:
    """Message by message: which things at which stage."""
    return [[(row["id"], row["stage"]) for row in got.body["items"]] for got in hook.got]


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def test_after_an_import_there_is_a_summary_and_nothing_is_told_again(svc: Svc, hook: Receiver, tmp_path: Path) -> None:
    rows = "".join(f"2026-03-05 9:30,13800001234,broken {n}\n" for n in range(300))
    (tmp_path / "l.csv").write_text("received,phone,summary\n" + rows, "utf-8")
    svc(f"ledger import {tmp_path / 'l.csv'} --yes")
    line = f"check --notify {hook.url('webhook')}"
    svc(line, code=1)
    [got] = hook.got
    assert len(got.body["items"]) == 39 and got.body["more"] == 261 and "300 overdue" in got.body["title"]
    assert "… and 261 more: svc check" in got.body["text"] and len(got.body["text"]) < 4000
    svc(line, code=1)
    assert len(hook.got) == 1


def test_each_thing_is_told_once_at_each_stage(svc: Svc, hook: Receiver) -> None:
    line = f"check --within 2h --notify {hook.url('webhook')}"
    id = svc("visit dispatch --customer CU0001 --staff S02 --promised +1h").id
    svc(line, code=1)
    svc(line, code=1)
    assert told(hook) == [[(id, "due")]]
    svc(f"visit repromise {id} --promised +90min --asked-by customer --reason wish")
    svc(line, code=1)  # another promise is another thing
    assert told(hook)[1:] == [[(id, "due")]]
    other = svc(LATE).id
    svc(line, code=1)
    svc(line, code=1)
    assert told(hook)[2:] == [[(other, "day")]]


def test_silent_when_there_is_nothing(svc: Svc, hook: Receiver) -> None:
    result = svc(f"check --notify {hook.url('webhook')}")
    assert (result.out, result.err, hook.got) == ("", "", [])


def test_overdue_comes_before_overdue_for_a_day(svc: Svc, hook: Receiver) -> None:
    id = svc("visit dispatch --customer CU0001 --staff S02 --promised -1h --at -3h").id
    svc(f"check --notify {hook.url('webhook')}", code=1)
    assert told(hook) == [[(id, "overdue")]]


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        (receivers.wecom, "/cgi-bin/webhook/send?key=k-1"),
        (receivers.dingtalk, "/robot/send?access_token=t-1&secret=SEC-ding"),
        (receivers.feishu, "/open-apis/bot/v2/hook/abc?secret=fei-secret"),
    ],
)
def test_bots_take_it_signed(svc: Svc, late: str, kind: Any, path: str) -> None:
    with receiver(kind) as bot:
        line = f"--lang zh check --notify {bot.url(kind.__name__, path)}"
        assert svc.run(*line.split()).err == ""
        svc(line, code=1)
        assert len(bot.got) == 1
        said = json.dumps(bot.got[0].body, ensure_ascii=False)
        assert late in said and "售后服务：1 项超期一天以上" in said and "尚未到场" in said
        assert "SEC" not in bot.got[0].raw.decode() + str(bot.got[0].query.get("secret"))


@pytest.mark.parametrize(
    ("kind", "path", "reason"),
    [
        (receivers.wecom, "/send?key=wrong", "93000 invalid webhook url"),
        (receivers.dingtalk, "/send?access_token=t-1&secret=SEC-other", "310000 sign not match"),
        (receivers.dingtalk, "/send?access_token=wrong&secret=SEC-ding", "300005 token is not exist"),
        (receivers.feishu, "/hook?secret=other", "19021 sign match fail"),
        (receivers.feishu, "/hook", "19021 sign match fail"),
    ],
)
def test_a_refusal_with_http_200_is_recognised_and_kept(svc: Svc, late: str, kind: Any, path: str, reason: str) -> None:
    with receiver(kind) as bot:
        result = svc(f"check --notify {bot.url(kind.__name__, path)}", code=1)
        assert f"refused: {reason}" in result.err and "1 message kept" in result.err
        svc(f"check --notify {bot.url(kind.__name__, path)}", code=1)
        assert len(bot.got) == 2
        assert "wrong" not in result.err.replace("wrong input", "") and "SEC" not in result.err


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((200, {"errcode": 45009, "errmsg": "api freq out of limit"}), "refused: 45009 api freq out of limit"),
        ((500, "oops"), "refused: 500 oops"),
        ((302, ""), "refused: 302"),
        ((200, "<html>login"), "refused: ? <html>login"),
        ((200, {"hello": "world"}), "refused: None"),
    ],
)
def test_what_is_no_yes_is_a_no(svc: Svc, late: str, answer: receivers.Answer, reason: str) -> None:
    with receiver(receivers.wecom) as bot:
        bot.answers = [answer]
        line = f"check --notify {bot.url('wecom', '/send?key=k-1')}"
        assert reason in svc(line, code=1).err
        assert svc(line, code=1).err == ""
        assert len(bot.got) == 2


def test_nothing_is_lost_while_the_receiver_is_down(svc: Svc) -> None:
    call = svc("call log --channel phone --from 13800000001 --kind consult --summary oil --at 2026-10-05T09:00").id
    port = closed_port()
    url = f"webhook+http://127.0.0.1:{port}/hook"
    down = svc(f"check --notify {url}", code=1)
    assert "not reached" in down.err and "1 message kept" in down.err and call in down.out
    svc(f"call reply {call} --text 46")
    assert "1 message kept" in svc(f"check --notify {url}").err  # nothing found, exit 0: still to be told
    with receiver(receivers.webhook, port) as hook:
        assert svc(f"check --notify {url}").err == ""
        assert told(hook) == [[(call, "day")]] and "settled since" in hook.got[0].body["text"]
        svc(f"check --notify {url}")
        assert len(hook.got) == 1


def test_a_ruling_that_waits_is_told_once(svc: Svc, hook: Receiver, late: str) -> None:
    svc(f"visit arrive {late} --at 2026-10-06T11:00")
    for _ in range(2):
        svc(f"check --notify {hook.url('webhook')}", code=1)
    assert told(hook) == [[(f"late_arrival/{late}", "waiting"), (late, "waiting")]]  # nobody has said that he left


def test_what_waits_anew_is_told_anew(svc: Svc, hook: Receiver) -> None:
    check = f"check --notify {hook.url('webhook')}"
    call = svc("call log --channel phone --from CU0001 --kind repair --needs-service --summary leak --at 2026-11-25T09:00").id
    svc(f"call reply {call} --text coming --at 2026-11-25T09:10")
    for n, day in enumerate(("25", "26"), 1):
        svc(f"visit dispatch --call {call} --staff S02 --promised 2026-11-30T10:00 --at 2026-11-{day}T09:30")
        svc(f"visit cancel V{n} --reason sick --at 2026-11-{day}T11:00")
        for _ in range(2):
            svc(check, code=1)
    assert [[id for id, _ in one] for one in told(hook)] == [[call], [call]]


def test_what_an_older_outbox_says_was_told_is_not_told_again(svc: Svc, hook: Receiver) -> None:
    check, outbox = f"check --notify {hook.url('webhook')}", svc.desk / "data" / "outbox" / "state.json"
    down = f"check --notify webhook+http://127.0.0.1:{closed_port()}/hook"
    call = svc("call log --channel phone --from CU0001 --kind repair --needs-service --summary leak --at 2026-11-25T09:00").id
    svc(LATE)
    svc("visit arrive V1 --at 2026-10-06T09:00")
    svc(check, code=1)
    svc(down, code=1)
    state = outbox.read_text("utf-8")
    older = re.sub(r"/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z(?=/)", "", state)
    assert older != state
    outbox.write_text(older, "utf-8")
    svc(check, code=1)
    svc(down, code=1)
    assert len(hook.got) == 1 and json.loads(outbox.read_text("utf-8")) == json.loads(state)
    assert call in outbox.read_text("utf-8")


def test_a_receiver_that_does_not_answer(svc: Svc, late: str, hook: Receiver) -> None:
    hook.hang.set()
    svc.environ["SVC_NOTIFY_TIMEOUT"] = "0.3"
    result = svc(f"check --notify {hook.url('webhook')}", code=1)
    assert "not reached" in result.err and "timed out" in result.err
    hook.hang.clear()
    del svc.environ["SVC_NOTIFY_TIMEOUT"]
    assert svc(f"check --notify {hook.url('webhook')}", code=1).err == ""
    assert told(hook) == [[(late, "day")]]


def test_one_receiver_that_is_down_keeps_nothing_from_another(svc: Svc, late: str, hook: Receiver) -> None:
    svc(f"check --notify webhook+http://127.0.0.1:{closed_port()}/ --notify {hook.url('webhook')}", code=1)
    assert told(hook) == [[(late, "day")]]


def test_two_runs_at_once_tell_once(svc: Svc, late: str, hook: Receiver) -> None:
    hook.delay = 0.3
    command = [sys.executable, "-m", "svc", "check", "--notify", hook.url("webhook")]
    runs = [subprocess.Popen(command, env=svc.environ, cwd=svc.desk, stdout=subprocess.DEVNULL) for _ in range(4)]
    assert [run.wait() for run in runs] == [1, 1, 1, 1]
    assert told(hook) == [[(late, "day")]]


@pytest.mark.parametrize("damage", ["", "{", '{"format": "svc-outbox/1"}', "[]", '{"format": "other"}'])
def test_a_lost_memory_is_not_silence(svc: Svc, late: str, hook: Receiver, damage: str) -> None:
    line = f"check --notify {hook.url('webhook')}"
    svc(line, code=1)
    state = svc.desk / "data/outbox/state.json"
    assert state.stat().st_mode & 0o777 == 0o600
    state.write_text(damage)
    assert "is told again" in svc(line, code=1).err
    assert len(hook.got) == 2
    state.unlink()
    assert svc(line, code=1).err == ""
    assert len(hook.got) == 3


def test_addresses_from_environment_and_file(svc: Svc, late: str, hook: Receiver, tmp_path: Path) -> None:
    file = tmp_path / "receivers"
    file.write_text(f"# the head's group\n{hook.url('webhook', '/one')}\n\nenv:GROUP\n", "utf-8")
    svc.environ["GROUP"] = f"{hook.url('webhook', '/two')} {hook.url('webhook', '/three')}"
    svc(f"check --notify @{file} --notify env:GROUP", code=1)
    assert sorted(got.path for got in hook.got) == ["/one", "/three", "/two"]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("env:NOBODY", "the environment has no NOBODY"),
        ("@/nowhere/file", "cannot be read"),
        ("dingtalk+http://example.com/send?access_token=SEC", "shows the key"),
        ("telex+https://example.com/", "no address"),
        ("mailto:head@example.com", "no server is named"),
        ("/tmp", "a folder reads no messages"),
        ("nothing://x", "apprise knows no such address"),
    ],
)
def test_a_wrong_address_is_wrong_input(svc: Svc, late: str, address: str, words: str) -> None:
    said = svc(f"check --notify {address}", code=2).err
    assert words in said and "SEC" not in said


def test_a_long_list_is_split_for_a_bot_with_a_limit(svc: Svc) -> None:
    summary = "液压油缸漏油，臂架下沉" * 4
    ids = [
        svc(
            f"call log --channel phone --from 13800000001 --kind consult --summary {summary} --at 2026-10-0{n}T09:00"
        ).id
        for n in range(1, 10)
    ] + [svc(LATE).id for _ in range(6)]
    with receiver(receivers.wecom) as bot:
        assert svc(f"check --notify {bot.url('wecom', '/send?key=k-1')}", code=1).err == ""
        assert len(bot.got) == 2
        said = "".join(got.body["text"]["content"] for got in bot.got)
        assert all(said.count(id) == 1 for id in ids)


def test_a_signed_webhook_and_no_numbers_of_people(svc: Svc, hook: Receiver) -> None:
    svc("call log --channel phone --from 13800000001 --kind consult --summary 回电13900001234 --at 2026-10-05T09:00")
    svc(f"check --notify {hook.url('webhook', '/x?secret=s-1&a=b')}", code=1)
    got = hook.got[0]
    sign = hmac.new(b"s-1", got.raw, hashlib.sha256).hexdigest()
    assert got.headers["X-Svc-Signature-256"] == f"sha256={sign}" and got.query == {"a": ["b"]}
    assert "139-****-1234" in got.body["text"] and "13900001234" not in got.raw.decode()


def test_not_with_a_look_at_another_moment(svc: Svc, hook: Receiver) -> None:
    svc(f"check --as-of 2026-10-01 --notify {hook.url('webhook')}", code=2)


def test_apprise_sends_to_what_it_knows(svc: Svc, late: str, hook: Receiver) -> None:
    pytest.importorskip("apprise")
    assert svc(f"check --notify json://127.0.0.1:{hook.port}/x", code=1).err == ""
    assert late in hook.got[0].raw.decode()


def test_who_may_only_read_still_tells(svc: Svc, late: str, hook: Receiver) -> None:
    (svc.desk / "data/outbox").write_text("in the way")
    said = svc(f"check --notify {hook.url('webhook')}", code=1).err
    assert "cannot be" in said and told(hook) == [[(late, "day")]]
