"""2.5: the company's products and parts are made known: on visits to customers, and at the end of a call.

`tour done --introduced` and `call close --introduced` name what was made known; the audit counts it by product.
"""

from __future__ import annotations

from tests.clauses.trade import asked
from tests.conftest import Svc


def test_products_made_known_on_visits_and_calls_are_counted(svc: Svc) -> None:
    tour = svc("tour plan --customer CU0001 --by 2026-10-31T17:00 --at 2026-10-01T08:00").id
    svc(f'tour done {tour} --opinion other="busy" --introduced LX300 --introduced "seal kit" --at 2026-10-20T10:00')
    svc(f"call close {asked(svc, more='')} --introduced LX300 --text told --at 2026-10-06T09:00")
    svc(f"call close {asked(svc, more='', at='2026-09-30T09:00')} --introduced LX500 --text told --at 2026-11-01T09:00")
    assert svc.audit("2026-10")["tours"]["introduced"] == {"LX300": 2, "seal kit": 1}
    assert svc.audit("2026-11")["tours"]["introduced"] == {"LX500": 1}


def test_nothing_made_known_is_no_offence(svc: Svc) -> None:
    svc(f"call close {asked(svc, more='')} --text told --at 2026-10-06T09:00")
    figures = svc.audit("2026-10")
    assert figures["tours"]["introduced"] == {}
    assert set(figures["breaches"]) <= {"reply_24h"}
