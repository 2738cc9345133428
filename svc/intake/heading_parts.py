"""What a heading of a list of calls says by its parts: words of six languages for what happened, who did it, what it is.

`Fecha de cierre`, `DATA_RESP_FINAL`, `Bejelentés időpontja`, `ACTFINISH`: no list of whole headings has them all. What is
found so is only taken where the cells agree, and is shown as a guess.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from svc.intake.headings import plain

_MOMENTS = {
    "": "updat modif last =watch birth nasc nacim sold purchas warrant parci partial actualiz atualiz gewijzigd modos 更新 修改 打印 出生 购 保修 质保 停机",
    "due": "=due due_ target deadline vencim prazo limit hatarid streef uiterlijk required sla 要求 期限 截止 限办 应办",
    "promised": "appoint schedul agend programad =cita afspraak planned gepland utemez 约定 预约 计划 承诺",
    "closed_at": "clos complet finish finaliz resol =fin =end ended fecham =fechado encerr conclu cierre cerrad termin afgehandeld afgerond afgesloten "
    "afsluit gereed einde opgelost befejez lezar megold javitas "
    "soluc soluti oplossing atendid atencion elkesz done_ repaired restor fixed 完成 完工 办结 结案 关闭 解决 结束 修复 修好 竣工 恢复 闭环",
    "reply_at": "respon =resp respuest respost repl answer contest antwoord beantwoord reactie valasz 回复 答复 回电 反馈 响应",
    "arrived_at": "arriv scene onsite =site llegad chegad aankomst kiszall erkez visit start =inicio begonn kezd 到达 到场 上门 开始 开工",
    "left_at": "left_ depart salida saida vertrek tavoz 离开 离场",
    "dispatched_at": "dispatch despach assign riasztas 派工 派单 派遣 转办 交办",
    "at": "creat open abert apertur criac ingres radic recib receb recep receiv report request solicit submit =log logged regist notif call "
    "incid melding gemeld aanmaak aangemaakt ontvang bejelent felvet letrehoz beerkez raised entered occurr alarm "
    "报修 来电 创建 受理 登记 接报 申请 提交 来信 留言 诉求 反映 反馈 接警 发生 下单 建单 上报 报障 申报 投诉",
}
"""Field of a moment → stems, the first that fits counts; "" is a moment that no call has. `=` marks a whole word."""

_TEXTS = {
    "": "contractor contratist meioresp "
    "address addr_ street strasse =calle rua_ logradouro direcc endere adres =cim helyszin helyseg location locatie place =city =town ward "
    "district bairro barrio wijk zip postcode postal lat_ latitud long_ longitud status estado allapot stand_ situac priorit urgen severity depart dept agency "
    "dependenc orgao secretar setor sector cost_ costo custo kosten koltseg price hour hora_ horas duration minut downtime score rating photo media "
    "url_ email sex genero gender age_ edad year mes_ month period week "
    "地址 地点 位置 状态 优先 部门 车间 承办 费用 金额 满意 评价 工时 时长 次数 备注 备件 邮箱",
    "phone": "tel_ phone telefon telefo celular mobil movil mobiel 电话 手机",
    "cause": "caus oorzaak =ok 原因",
    "technician": "tecnic technic engineer mechanic mecanic monteur szerel crew fitter repairm asignad atribuid uitvoerder =lead "
    "维修人 维修员 维修工 师傅 工程师 技师",
    "reply_by": "assign handler behandelaar felelos responsa agent_ owner 处理人 责任人 经办 办理人",
    "reply_text": "resolu soluc soluti remed conserto action accion acao oplossing uitgevoerd werkzaamhed megold elvegz javitas "
    "execut realizad =actie outcome result "
    "respuest respost response antwoord valasz workdone performed 处理 结果 措施 解决 答复 回复 办理",
    "contact": "reporter reportedby requester requestor solicitant peticionar reclamante requerente melder bejelento contact contato kapcsolat caller "
    "诉求人 来电人 报修人 反映人 联系人 申请人 投诉人",
    "customer": "customer client klant ugyfel tenant account empresa =razon huurder bewoner lakos 客户",
    "channel": "channel canal kanaal csatorna bron_ =bron origen origem origin source method via_ =via =medio =meio 方式 渠道 来源 途径",
    "product": "geptip gepnev product produt model_ modell modelo 型号 机型",
    "machine": "serial =serie gyari asset activo equip machine maquin gepsz =gep toestel 设备编 机号 产品编 出厂编 整机编",
    "kind": "type tipo tipus soort categ kateg clase class 类型 类别 分类",
    "summary": "descri =desc omschrijv leiras asunto assunto subject title titulo titel targy hiba falla averia problem symptom sintom storing "
    "klacht melding panasz motiv defeito concept detail detall detalh narrat content 内容 现象 描述 问题 诉求 标题 主题 事由 情况 症状 故障",
}
_NUMBERS = "number num =no =nr =n =id key_ =key ref folio nummer numero azonosito szam protocol radicado codigo =nº 编号 单号 号"
_CASES = (
    "ticket case caso request =sr incident order =wo =ot =os =job =call chamado solicit melding storing munkalap bejelent reclam contact "
    "orden ordem pedido protocol radicad notification notific enquiry inquiry hiba issue 工单 报修 来电 服务单 派工 派单 维修单 受理 案件 信件 诉求"
)
_NOT_CASES = (
    "customer client klant ugyfel cliente machine equip asset product serial serie unit zip house phone tel_ dept staff employee "
    "客户 设备 产品 机 电话 手机 员工 车牌"
)


_ENDS = re.compile("s?(num|nr|no|id|ref|szam|nummer)$")


def _tokens(heading: str) -> tuple[str, list[str]]:
    """A heading as one text without accents and blanks, and its words."""
    bare = unicodedata.normalize("NFD", plain(heading)).replace("ß", "ss")
    text = "".join(c for c in bare if not unicodedata.combining(c))
    words = re.findall(r"[a-zº]+|[\u3400-\u9fff]+", text)
    return "".join(words), words


def _has(text: str, words: list[str], stems: str) -> bool:
    """Whether a heading has one of the stems: Chinese and long ones anywhere, short ones where a word begins."""
    for stem in stems.split():
        if stem[0] == "=":
            found = stem[1:] in words
        elif not stem.isascii() or len(stem) >= 5:
            found = stem.rstrip("_") in text
        else:
            found = any(word == stem[:-1] if stem[-1] == "_" else word.startswith(stem) for word in words)
        if found:
            return True
    return False


@lru_cache(4096)
def moment_of(heading: str) -> str | None:
    """The field of a moment that a heading means: "" for one that no call has, None where it does not say."""
    text, words = _tokens(heading)
    return next((field for field, stems in _MOMENTS.items() if _has(text, words, stems)), None)


@lru_cache(4096)
def text_of_heading(heading: str) -> str | None:
    """The field of words that a heading means: "" for what a call does not keep, None where it does not say."""
    text, words = _tokens(heading)
    return next((field for field, stems in _TEXTS.items() if _has(text, words, stems)), None)


@lru_cache(4096)
def number_of(heading: str) -> int:
    """How surely a heading is that of the list's own number: 3 says both the case and the number, 0 neither."""
    text, words = _tokens(heading)
    if _has(text, words, _NOT_CASES):
        return 0
    apart = [part for word in words for part in _ENDS.split(word) if part]  # WONUM, Storingsnr
    return 2 * _has(text, apart, _CASES) + _has(text, [*words, *apart], _NUMBERS)


def is_elsewhere(heading: str) -> bool:
    """Whether a heading says that its column is a place, a state, a sum …: nothing that was said."""
    return text_of_heading(heading) == ""
