"""The contract clause by clause, each restated in one sentence: the one list of all there are."""

from __future__ import annotations

from collections.abc import Mapping

from svc.named import NamedTuple
from svc.text import Text

CLAUSES: dict[str, Text] = {
    "1.1": Text("the customer is the reason why the job exists", "有客户才有这份工作"),
    "1.2": Text("staff know every customer by voice", "熟悉客户，听声音就知道是谁"),
    "1.3": Text(
        "every call is registered, and a repair need goes to the head at once",
        "来电必登记，要维修的尽快报主管安排",
    ),
    "1.4": Text("courtesy on the phone, whatever the customer's tone", "接电话讲礼貌，不管客户态度如何"),
    "1.5": Text(
        "reports go to the head and into the archive, and monthly to the general manager",
        "服务单交主管存档，主管每月上报总经理",
    ),
    "1.6": Text(
        "a verified complaint about attitude that harms the company: criticism and bonus deduction",
        "态度投诉属实且有损形象：批评、扣奖金",
    ),
    "1.7": Text("service phones are never off without cause", "手机不得无故停机、关机"),
    "1.8": Text(
        "complaints that are not about quality are reported to the company and recorded",
        "非质量投诉及时上报公司并记录",
    ),
    "1.9": Text(
        "design defects, and machines that staff cannot handle, are reported",
        "设计缺陷、处理不好的设备及时汇报",
    ),
    "1.10": Text(
        "the head attends to every call, on holidays too, and arranges the work",
        "主管接听并记录每个来电，节假日不例外，合理安排工作",
    ),
    "1.11": Text(
        "a return needs the general manager's consent, or the customer bears the cost",
        "退货须总经理同意，否则费用由客户承担",
    ),
    "1.12": Text(
        "tools bought on a trip go into the warehouse, or are not reimbursed",
        "外地买的工具须退库入库，否则不报销",
    ),
    "2.1": Text("faults of quality are repaired free within the warranty", "保修期内的质量问题免费修"),
    "2.2": Text("out of warranty there is a quote first, then a quick repair", "保修期外先报价，再迅速排除故障"),
    "2.3": Text(
        "installation, commissioning and training within the time agreed",
        "在规定时间内安装调试并培训用户的人员",
    ),
    "2.4": Text("key regions and key customers are visited regularly", "定期走访重点地区和重点客户"),
    "2.5": Text("products and parts are made known", "宣传公司的产品和配件"),
    "3.1": Text("satisfaction is the yardstick; no quarrels with customers", "以用户满意为标准，不许争吵顶撞"),
    "3.2": Text(
        "questions are answered with patience; what cannot be answered goes to head office",
        "耐心解答，解答不了的报总部协助",
    ),
    "3.3": Text("manners and good relations with customers", "举止文明，和用户保持良好关系"),
    "3.4": Text(
        "an answer within 24 hours, arrival within the time the customer set",
        "24 小时内答复，按客户规定的时间到场",
    ),
    "3.5": Text("no asking customers for money or favours", "不许向用户索要财物或提无理要求"),
    "3.6": Text(
        "the right diagnosis, repaired in time, never the same fault twice",
        "判断准确、及时修复，不许重复修理",
    ),
    "3.7": Text(
        "after the task a careful service report, and a survey filled in by the customer",
        "完成任务要认真写服务报告，用户要填满意度调查",
    ),
    "3.8": Text(
        "quality trouble of bought-in parts goes through purchasing to the supplier",
        "外购件的质量问题由总部协调采购、厂家解决",
    ),
    "3.9": Text(
        "registers of calls and letters, dispatch records, expense statements",
        "建来电来函、派遣、费用等登记报表",
    ),
    "4.1": Text(
        "a complaint may come by phone, by letter or in person",
        "来电、来函、来人反映不良表现或不满意都是投诉",
    ),
    "4.2.1": Text(
        "complaint of a quarrel, verified: a major demerit and amends", "争吵顶撞被投诉属实：记大过并挽回影响"
    ),
    "4.2.2": Text(
        "complaint of asking for money or favours, verified: a major demerit and amends",
        "索要财物被投诉属实：记大过并挽回影响",
    ),
    "4.2.3": Text(
        "complaint of untimely service for personal reasons, verified: a major demerit and amends",
        "因个人原因服务不及时被投诉属实：记大过并挽回影响",
    ),
    "4.2.4": Text(
        "complaint of a repeated repair for personal reasons, verified: a major demerit and amends",
        "因个人原因重复修理被投诉属实：记大过并挽回影响",
    ),
    "4.3": Text(
        "receipts are true and match the trip, or are not reimbursed; fraud is punished by degree",
        "票据真实并与出差地相符，否则不报销；弄虚作假按情节处分",
    ),
    "4.4": Text("leaving after the service without calling head office: a fine", "服务结束没有来电报总部就离开：罚款"),
    "4.5": Text("not on site at the set time for personal reasons: a fine", "因个人原因没有按时到场：罚款"),
    "4.6": Text("a service report that is not complete: a fine", "服务报告没有写全：罚款"),
    "4.7": Text("disobeying head office: a fine", "不服从总部统一指挥：罚款"),
}


class Needs(NamedTuple):
    """What a sanction under a clause must ask, and what it may enter into somebody's record at most.

    `measures`: what its check compares, by the check's own words, and `offence_at`; `may_omit` of them may be left out.
    """

    asks: tuple[str, ...] = ()
    record: tuple[str, ...] = ()
    names_money: bool = False
    fields: tuple[str, ...] = ()
    kind: str = ""
    measures: Mapping[str, str] = {}
    may_omit: tuple[str, ...] = ()


_FIVE = ("criticism", "bonus_deduction", "demerit", "major_demerit", "dismissal", "legal")

NEEDS: dict[str, Needs] = {
    "1.6": Needs(("verified", "harms_image"), _FIVE[:2], names_money=True),
    "1.7": Needs(("no_good_reason",)),
    "4.2.1": Needs(("verified",), _FIVE[:4]),
    "4.2.2": Needs(("verified",), _FIVE[:4]),
    "4.2.3": Needs(("verified", "personal_cause"), _FIVE[:4]),
    "4.2.4": Needs(("verified", "personal_cause"), _FIVE[:4]),
    "4.3": Needs((), _FIVE),
    "4.4": Needs(
        names_money=True, kind="done_between",
        measures={
            "after": "visit.arrived_at", "before": "visit.left_at", "done": "visit.hq_calls", "denied": "visit.no_hq_call",
            "offence_at": "visit.left_at",
        },
    ),
    "4.5": Needs(
        ("personal_cause",), names_money=True, kind="done_by", may_omit=("given_up",),
        measures={"deadline": "visit.promised_at", "done": "visit.arrived_at", "given_up": "visit.cancelled_at", "offence_at": "visit.promised_at"},
    ),
    "4.6": Needs(
        names_money=True, kind="fields_filled", fields=("report.cause", "report.solution", "report.parts", "report.opinion"),
        measures={"offence_at": "report.closed_at"},
    ),
    "4.7": Needs(("verified",), names_money=True),
}
"""The conditions that the contract itself makes; a rule that leaves one out has to say that it means to."""

CONTRACT_VALUES = {"reply_within": 24 * 3600}
"""Limits (seconds) that the contract writes itself (3.4)."""

OF_OTHERS = {
    "visit.report_archived_at": (Text("the head archives, not who handed the report in", "存档的是主管，不是交单的人"), "visit.report_closed_at"),
    "call.dispatched_at": (Text("the head sends somebody, not who took the call", "派工的是主管，不是接电话的人"), "call.registered_at"),
    "claim.answered_at": (Text("the supplier answers, not who opened the claim", "答复的是厂家，不是提出索赔的人"), "claim.opened_at"),
    "defect.answered_at": (Text("head office answers, not who reported the defect", "答复的是总部，不是上报的人"), "defect.reported_at"),
}
"""What somebody else does than the person whom a finding is about, and what that person does."""

OF_NOBODY = ("month", "customer", "install", "return")
"""Subjects that concern no single member of staff: a fine on them would hit nobody."""
