"""A return's slip for the general manager to sign, and a quote for the customer to sign."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from svc.domain.capital import capital
from svc.locale import language
from svc.output.papers.model import value
from svc.output.words import word


def return_slip(sheet: Mapping[str, Any], at: datetime) -> bytes:
    """One A4 page, PDF (1.11)."""
    from svc.output.typeset import pdf

    return pdf("return-slip.typ", {"known": value(dict(sheet)), "made": "svc"}, at)


def quote_form(sheet: Mapping[str, Any], at: datetime) -> bytes:
    """A quote, PDF: one A4 page but for very many parts (2.2)."""
    from svc.output.typeset import pdf

    pays = sheet["to_pay"]
    data = {
        "known": value(dict(sheet)),
        "why": word(sheet["reason"]) if sheet["reason"] else None,
        "capital": capital(pays) if pays is not None and language() == "zh" else None,
        "made": "svc",
    }
    return pdf("quote-form.typ", data, at)
