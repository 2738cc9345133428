"""Time-stamps beside seals: somebody outside says when a seal was there. Optional; a seal counts without."""

from __future__ import annotations

from pathlib import Path

from svc.desk.open import Desk
from svc.domain.ledgers import RULERS
from svc.errors import BadInput, Conflict
from svc.store import timestamps
from svc.store.files.plain import read_given
from svc.text import Text


def question(desk: Desk, month: str) -> bytes:
    """What is asked of a time-stamping authority for the seal of a month."""
    return timestamps.question(_seal(desk, month))


def keep(desk: Desk, month: str, file: Path, trusted: Path | None) -> Text:
    """Keep an answer beside the seal; BadInput where it is for another one or not believed, Conflict where there is one."""
    desk.permit(desk.who, RULERS, Text("stamp a seal", "为封存加时间戳"))
    seal, answer = _seal(desk, month), read_given(file)
    said = _said(seal, answer, str(file), trusted)
    with desk.ledger.lock():
        before = desk.documents.read(_name(month))
        if before is not None and before != answer:
            raise Conflict(
                Text(f"the seal of {month} has a time-stamp already", f"{month} 的封存已有时间戳"),
                Text(f"see: svc audit stamp {month}", f"查看：svc audit stamp {month}"),
            )
        desk.documents.keep(_name(month), answer, before)
    return said


def shown(desk: Desk, month: str, trusted: Path | None) -> Text:
    """What the time-stamp of a month's seal says; Conflict where there is none."""
    answer = desk.documents.read(_name(month))
    if answer is None:
        raise Conflict(
            Text(f"the seal of {month} has no time-stamp", f"{month} 的封存没有时间戳"),
            Text(f"ask for one: svc audit stamp {month} --request {month}.tsq", f"生成请求：svc audit stamp {month} --request {month}.tsq"),
        )
    return _said(_seal(desk, month), answer, f"data/{_name(month)}", trusted)


def _said(seal: bytes, answer: bytes, place: str, trusted: Path | None) -> Text:
    moment = timestamps.moment(seal, answer)
    if moment is None:
        raise BadInput(
            Text("this is no time-stamp of that seal", "这不是该封存的时间戳"),
            Text("send the question that --request writes, and keep the answer to that", "请用 --request 生成的请求去申请"),
            place=place,
        )
    why = timestamps.refusal(seal, answer, trusted) if trusted else None
    if why:
        raise BadInput(why, Text("is it the authority's own root?", "根证书是否属于该时间戳机构？"), place=place)
    checked = Text("signed by whom you trust", "签名可信") if trusted else Text("not checked: say --ca FILE", "未校验签名：请加 --ca 文件")
    return Text(f"the seal was there at {moment:%Y-%m-%d %H:%M:%S} UTC; {checked.en}", f"封存于 {moment:%Y-%m-%d %H:%M:%S} UTC 已存在；{checked.zh}")


def _seal(desk: Desk, month: str) -> bytes:
    found = desk.documents.read(f"seals/{month}.txt")
    if found is None:
        raise Conflict(Text(f"{month} is not sealed", f"{month} 尚未封存"), Text(f"svc audit submit {month}", f"svc audit submit {month}"))
    return found


def _name(month: str) -> str:
    return f"seals/{month}.tsr"
