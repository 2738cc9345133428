"""Mails as they are: threads, quotes, signatures, charsets, files; each becomes a call, a reply or a follow-up, once."""

from __future__ import annotations

import mailbox
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svc.errors import BadInput
from svc.intake import mail
from tests.conftest import Svc, this_month


def message(text: str = "The boom leaks.", **headers: str) -> EmailMessage:
    made = EmailMessage()
    given = {"From": "Zhen <zhen@works.example>", "Date": "Mon, 02 Nov 2026 09:00:00 +0800", "Message_ID": "<1@works.example>", "Subject": "Boom", **headers}
    for name, value in given.items():
        if value:
            made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


@pytest.fixture
def svc_(svc: Svc) -> Svc:
    svc("customer edit CU0001 --email zhen@works.example")
    return svc


def take(svc: Svc, made: EmailMessage, *options: str, code: int = 0) -> Any:
    path = svc.desk.parent / "one.eml"
    path.write_bytes(made.as_bytes())
    done = svc.run("call", "import-mail", str(path), "--ours", "@service.example", *options)
    assert done.code == code, done.out + done.err
    return done


def test_a_mail_becomes_a_call_once(svc_: Svc) -> None:
    text = "SN-1 leaks oil, please repair.\n\n-- \nZhen Yi\nWorks Ltd 138-0000-0001"
    assert take(svc_, message(text)).id == this_month("C2611-0001")
    call = svc_("call show C1 --json").json
    assert (call["from"], call["channel"], call["kind"], call["machine"], call["at"]) == ("CU0001", "email", "repair", "SN-1", "2026-11-02T09:00:00+08:00")
    assert call["summary"] == "Boom\nSN-1 leaks oil, please repair."
    assert this_month("known already as C2611-0001") in take(svc_, message(text)).out
    assert len(svc_("call list --json").json) == 1
    kept = [path.read_text("utf-8") for path in (svc_.desk / "data/calls").glob("*.csv")]
    assert kept and not any("works.example" in text for text in kept)


def test_a_thread_is_our_reply_or_his_coming_back(svc_: Svc) -> None:
    take(svc_, message())
    answer = message("We come tomorrow.\n\nOn Mon, 2 Nov 2026 at 09:00, Zhen wrote:\n> The boom leaks.", From="desk@service.example",
                     Message_ID="<2@service.example>", In_Reply_To="<1@works.example>", Subject="Re: Boom", Date="Mon, 02 Nov 2026 11:00:00 +0800")  # fmt: skip
    assert "reply" in take(svc_, answer).out
    call = svc_("call show C1 --json").json
    assert (call["replied_at"][:16], call["entries"][1]["text"]) == ("2026-11-02T11:00", "We come tomorrow.")
    again = message("Nobody came!", Message_ID="<3@works.example>", References="<1@works.example> <2@service.example>",
                    Date="Wed, 04 Nov 2026 09:00:00 +0800")  # fmt: skip
    assert take(svc_, again).id == this_month("C2611-0002")
    assert svc_("call show C2 --json").json["entries"][0]["follows"] == this_month("C2611-0001")
    lost = message("Spring sale!", From="desk@service.example", Message_ID="<9@service.example>")
    assert "of no thread" in take(svc_, lost).out


def test_who_is_not_known_is_kept_apart(svc: Svc) -> None:
    take(svc, message("Please call me.", From="Somebody <who@else.example>"))
    call = svc("call show C1 --json --unmask").json
    assert (call["from"], call["contact"]) == ("unsigned", "Somebody <who@else.example>")
    assert "else.example" not in "".join(p.read_text("utf-8") for p in (svc.desk / "data/calls").iterdir())
    take(svc, message("My number is 138 0000 0001.", From="x@y.example", Message_ID="<7@y>"))
    assert svc("call show C2 --json").json["from"] == "CU0001"


def test_its_files_are_kept(svc_: Svc) -> None:
    made = message()
    made.add_attachment(b"\xff\xd8\xff a picture", maintype="image", subtype="jpeg", filename="油缸.jpg")
    made.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="../../nameplate.pdf")
    made.add_attachment(b"x" * 10, maintype="image", subtype="png", filename="logo.png", disposition="inline")
    assert "2 files" in take(svc_, made).out
    assert [(one["as"], one["name"]) for one in svc_("attachment list C1 --json").json] == [("photo", "油缸.jpg"), ("other", "../../nameplate.pdf")]
    out = svc_.desk.parent / "out"
    svc_(f"attachment export C1 -o {out}")
    assert all(path.parent == out for path in out.iterdir())


def test_what_no_person_wrote_makes_no_call(svc_: Svc) -> None:
    assert "no person wrote it" in take(svc_, message(Auto_Submitted="auto-replied")).out
    assert "no person wrote it" in take(svc_, message(Precedence="bulk")).out
    assert svc_("call list --json").json == []


def test_a_maildir_an_mbox_a_pipe(svc_: Svc) -> None:
    top = svc_.desk.parent
    box = mailbox.Maildir(top / "Maildir")
    for n in range(3):
        box.add(message(Message_ID=f"<{n}@x>"))
    assert len(svc_(f"call import-mail {top}/Maildir --json").json) == 3
    spool = mailbox.mbox(top / "mbox")
    for n in range(2, 5):
        spool.add(message(Message_ID=f"<{n}@x>"))
    spool.flush()
    assert [row["id"] for row in svc_(f"call import-mail {top}/mbox --json").json] == [None, this_month("C2611-0004"), this_month("C2611-0005")]
    piped = svc_.run("call", "import-mail", "-", stdin=message(Message_ID="<9@x>").as_string())
    assert piped.id == this_month("C2611-0006")
    assert "neither new/ nor cur/" in svc_(f"call import-mail {top}", code=2).err


def test_a_wrong_one_does_not_keep_out_the_others(svc_: Svc) -> None:
    box = svc_.desk.parent / "Maildir"
    for folder in ("new", "cur", "tmp"):
        (box / folder).mkdir(parents=True)
    (box / "new/1").write_bytes(b"\x00\x01 no mail at all")
    (box / "new/2").write_bytes(message(Date="Mon, 02 Nov 2099 09:00:00 +0800").as_bytes())
    done = svc_(f"call import-mail {box}", code=2)
    assert "this is no mail" in done.out and this_month("C2611-0001  Boom") in done.out and "1 of 2 mails" in done.err


def test_dry_run_and_who_may(svc_: Svc) -> None:
    assert "dry run" in take(svc_, message(), "--dry-run").out and svc_("call list --json").json == []
    svc_.environ["SVC_STAFF"] = "S02"
    take(svc_, message(), code=3)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("hello\n> quoted\nthere", "hello\nthere"),
        ("Bonjour\n-----Original Message-----\nFrom: x", "Bonjour"),
        ("好的\n\n------------------ 原始邮件 ------------------\n发件人: x", "好的"),
        ("收到\n发件人：甄 <a@b>\n主题：x", "收到"),
        ("在 2026年11月2日，甄一帆 写道：\n> x", ""),
        ("ok\nOn Mon, 2 Nov 2026 at 09:00,\nZhen <zhen@works.example> wrote:\n> x", "ok"),
        ("ok\n发自我的iPhone", "ok"),
        ("a\n\n\n\nb\r\n", "a\n\nb"),
        ("x" * 5000, "x" * mail.LONGEST + " […]"),
    ],
)
def test_only_what_was_newly_written_is_taken(text: str, kept: str) -> None:
    assert mail.newly_written(text) == kept


def test_pages_and_odd_charsets_are_read() -> None:
    made = EmailMessage()
    made["From"], made["Subject"] = "a@b.example", "=?gb2312?B?sajQ3g==?="
    made.set_content("<html><head><style>p{}</style></head><body><p>漏油</p><div>第二台</div><blockquote>旧</blockquote></body></html>", subtype="html")
    read = mail.read(made.as_bytes())
    assert (read.subject, read.text.split()) == ("报修", ["漏油", "第二台"])
    odd = b"From: a@b\nSubject: x\nContent-Type: text/plain; charset=no-such\n\nhello"
    assert "hello" in mail.read(odd).text
    gbk = "From: a@b\nSubject: x\nContent-Type: text/plain; charset=gbk\nContent-Transfer-Encoding: 8bit\n\n漏油".encode("gbk")
    assert mail.read(gbk).text == "漏油"


@given(st.binary(max_size=400))
def test_any_bytes_are_a_mail_or_refused(raw: bytes) -> None:
    for given_ in (raw, b"From: a@b\nSubject: " + raw, b"From: a@b\nContent-Type: multipart/mixed; boundary=x\n\n--x\n" + raw):
        try:
            read = mail.read(given_)
        except BadInput:
            continue
        assert len(read.text) <= mail.LONGEST + 4 and read.key.startswith("m")
