"""What departments call the columns of their own lists, in Chinese and English, and the words in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from svc.named import NamedTuple
from svc.text import near

_CUSTOMER = (
    "客户名称 客户 客户单位 单位 单位名称 公司 公司名称 企业名称 用户 用户名称 用户单位 使用单位 所属客户 购货单位 购机单位",
    "customer, customer name, company, company name, client, client name, account name, organization, organisation, cliente, nombre del cliente, "
    "nome do cliente, empresa, razón social, razão social, nome fantasia, klant, klantnaam, bedrijf, bedrijfsnaam, ügyfél, ügyfél neve, vevő, vevő neve, "
    "cég, cégnév, partner",
)
_PHONE = (
    "电话 联系电话 电话号码 手机 手机号 手机号码 移动电话 联系方式 座机 固定电话 办公电话",
    "phone, phone number, telephone, telephone number, tel, mobile, mobile phone, cell phone, teléfono, celular, móvil, telefone, fone, telefoon, "
    "telefoonnummer, mobiel, telefonszám, telefon, mobil",
)
_CONTACT = (
    "联系人 负责人 对接人 联系人姓名",
    "contact, contact name, contact person, attn, contacto, persona de contacto, contato, pessoa de contato, contactpersoon, kapcsolattartó",
)
_SERIAL = (
    "序列号 机号 机器编号 设备编号 设备序列号 出厂编号 整机编号 机器号",
    "serial, serial number, serial no, sn, s/n, machine, machine no, machine serial, machine number, número de serie, no de serie, número de série, "
    "no de série, serienummer, gyári szám, sorozatszám, gépszám",
)

_WORDS: dict[str, dict[str, tuple[str, str]]] = {
    "customer": {
        "id": ("客户编号 客户编码 客户代码 编号", "id, customer id, customer no, customer number, customer code, account no, account number, id "
            "cliente, código cliente, código de cliente, código do cliente, klantnummer, "
            "klantcode, ügyfélkód, ügyfélszám, vevőkód"),
        "name": (_CUSTOMER[0] + " 名称", _CUSTOMER[1] + ", name, nombre, nome, naam, név"),
        "phone": _PHONE,
        "contact": _CONTACT,
        "code": ("简码 助记码 拼音码 简称代码", "code, short code"),
        "region": ("区域 地区 片区 所属区域 销售区域", "region, area, territory, zona, región, região, regio, régió, megye"),
        "address": ("地址 联系地址 单位地址 详细地址 通讯地址", "address, dirección, domicilio, endereço, adres, cím"),
        "key_every_days": ("走访周期 走访间隔 走访天数", "key every days, visit every days, visit interval"),
        "since": ("建档日期 建档时间 合作日期 开户日期", "since, known since, customer since, cliente desde, klant sinds, fecha de alta, data de cadastro"),
        "email": ("邮箱 电子邮箱 电子邮件 邮件地址", "email, e mail, mail, email address, correo, correo electrónico, e mailadres, e mail cím"),
        "key_since": ("重点客户起始 重点客户日期 列为重点日期", "key since, key customer since"),
    },
    "machine": {
        "id": _SERIAL,
        "product": ("产品 型号 机型 产品型号 设备型号 规格型号 产品名称 设备名称", "product, model, machine model, machine type, modelo, producto, "
            "produto, equipo, equipamento, tipo, típus, gép típusa, megnevezés, apparaat, "
            "equipment, equipment name, description"),
        "customer": _CUSTOMER,
        "sold": ("销售日期 购机日期 购买日期 交机日期 售出日期", "sold, sale date, date of sale, sold on, purchase date, date sold, install date, "
            "fecha de venta, fecha de compra, data de venda, data de compra, "
            "aankoopdatum, verkoopdatum, vásárlás dátuma, eladás dátuma"),
        "warranty_until": (
            "保修截止 保修截止日 保修截止日期 保修到期 保修到期日 保修期至 质保到期 质保到期日 质保期至 质保截止日期 三包截止日期",
            "warranty until, warranty end, warranty expires, warranty expiry, end of warranty, warranty expiration, warranty end date, garantía hasta, "
            "fin de garantía, vencimiento garantía, garantia até, fim da garantia, garantie tot, einde garantie, garancia vége, garancia lejárta",
        ),
        "warranty_hours": ("保修工时 保修小时 保修小时数", "warranty hours, hours of warranty"),
        "contract": ("合同号 销售合同号 合同编号 销售合同", "contract, contract no, sales contract"),
        "supplier": ("供应商 供货商 供货单位 外购厂家", "supplier, vendor, manufacturer, proveedor, fornecedor, leverancier, beszállító, szállító"),
    },
    "staff": {
        "id": ("工号 员工编号 人员编号 编号", "id, staff id, employee id, employee no, staff no, employee number, badge, legajo, matrícula, "
            "matricula, personeelsnummer, törzsszám"),
        "family": ("姓", "last name, surname, family name, apellido, apellidos, sobrenome, achternaam, vezetéknév"),
        "name": ("姓名 名字 员工姓名 员工", "name, first name, given name, voornaam, keresztnév, primeiro nome, full name, staff name, employee, "
            "employee name, nombre, nombre completo, nombre y apellido, nome, nome completo, funcionário, empleado, "
            "naam, medewerker, név, dolgozó, dolgozó neve"),
        "role": ("岗位 职务 职位 角色 工种", "role, position, job, job title, title, puesto, cargo, función, função, functie, beosztás, munkakör"),
        "login": ("登录名 电脑登录名 用户名 账号", "login, user name, username, account"),
        "phone": (_PHONE[0] + " 工作电话", _PHONE[1] + ", service phone"),
        "wage": ("月工资 工资 基本工资 月薪", "wage, monthly wage, salary, sueldo, salario, salário, salaris, loon, fizetés, bér"),
        "left": ("离职日期 离职时间", "left, leaving date, last day, fecha de baja, data de desligamento, uit dienst, kilépés dátuma"),
    },
    "supplier": {
        "id": ("供应商编号 供应商编码 供应商代码 编号", "id, supplier id, supplier no, vendor code"),
        "name": ("供应商名称 供应商 供货商 厂家 厂家名称 单位名称 公司名称 名称", "supplier, supplier name, vendor, vendor name, company, name, "
            "proveedor, nombre, fornecedor, nome, leverancier, naam, beszállító, szállító, név"),
        "phone": _PHONE,
        "contact": _CONTACT,
    },
    "part": {
        "id": ("件号 配件编号 配件编码 零件号 物料编码 物料号 图号 编号", "number, part number, part no, part, item no, sku, id"),
        "name": ("配件名称 零件名称 物料名称 品名 名称", "name, part name, description, item"),
        "unit": ("单位 计量单位", "unit, uom"),
        "price": ("单价 价格 售价 销售价", "price, unit price, list price"),
        "supplier": ("供应商 供货商 供货单位 厂家", "supplier, vendor"),
        "low": ("库存下限 最低库存 安全库存", "low, minimum, min stock, reorder level, safety stock"),
    },
    "call": {
        "id": (
            "编号 单号 登记号 来电编号 登记编号 工单编号 工单号 报修单号 报修编号 服务单号 服务单编号 派工单号 派单编号 维修单号 受理编号 "
            "受理单号 留言编号 来信编号 信访编号 流水号 业务编号 案件编号 任务单号",
            "id, call id, call no, number, ticket, ticket id, ticket no, ticket number, ticket #, case, case id, case no, case number, "
            "request id, request no, request number, service request, service request number, service request no, sr number, sr no, sr id, "
            "work order, work order id, work order no, work order number, workorder, wo, wo number, wo no, order number, order no, job no, "
            "job number, job id, unique key, incident, incident id, incident number, incident no, reference, ref, ref no, reference number, key, "
            "issue key, folio, numero, número, chamado, protocolo, ticketnummer, meldingsnummer, meldnummer, azonosító, sorszám",
        ),
        "at": (
            "来电时间 来电日期时间 登记时间 接听时间 受理时间 来访时间 报修时间 报修日期 创建时间 创建日期 建单时间 开单时间 提交时间 申请时间 "
            "发生时间 留言时间 来信时间 接报时间 接警时间 接单时间 反映时间 投诉时间 收件时间 申报时间",
            "received, received at, received on, call time, call date time, called at, opened, opened at, opened on, open date, opened date, "
            "created, created at, created on, created date, created time, creation date, date created, date opened, date received, "
            "date reported, date submitted, submitted, submitted at, submitted date, submission date, reported, reported at, reported date, "
            "report date, request date, requested, requested at, date requested, logged, logged at, log date, date logged, timestamp, "
            "date time, datetime, call datetime, call received, received dttm, received date, start time, fecha de creación, fecha creación, "
            "fecha de apertura, fecha apertura, fecha de recepción, fecha, data de abertura, data abertura, data de criação, criado em, "
            "aberto em, aanmaakdatum, aangemaakt op, meldingsdatum, melddatum, bejelentés ideje, bejelentés dátuma, bejelentve",
        ),
        "date": ("日期 来电日期 登记日期 受理日期", "date, call date, day, work date, data, datum, dátum"),
        "time": ("时间 时刻 钟点", "time, call time of day, hora, tijd, idő"),
        "customer": (
            _CUSTOMER[0] + " 报修单位 报修客户 报修人单位 留言用户 来电单位 申请单位 客户姓名 甲方",
            _CUSTOMER[1] + ", customer id, customer no, caller id, account, id cliente",
        ),
        "phone": (
            _PHONE[0] + " 来电号码 来电电话 号码 客户电话 报修电话 报修人电话 联系人电话",
            _PHONE[1] + ", caller, caller number, from, contact number, contact phone, customer phone, caller phone",
        ),
        "contact": (
            "来电人 来电人姓名 联系人 反映人 报修人 报修人姓名 申请人 联系人姓名 投诉人",
            "contact, caller name, contact person, contact name, requester, requester name, requested by, reporter, reported by, contacto, "
            "contato, solicitante, contactpersoon, melder, kapcsolattartó, bejelentő",
        ),
        "machine": (
            _SERIAL[0] + " 设备 资产编号 资产编码 机台号 机台 设备号 设备代码",
            _SERIAL[1] + ", machine id, asset, asset id, asset no, asset number, asset tag, equipment, equipment id, equipment no, "
            "equipment number, unit no, unit number, device, device id, equipo, equipamento, apparaat, gép",
        ),
        "product": (
            "产品 型号 机型 产品型号 设备型号 规格型号 产品名称 设备名称 设备类型",
            "product, model, machine model, machine type, equipment type, asset type, product name, modelo, produto, producto, típus",
        ),
        "channel": (
            "来访方式 方式 渠道 来电方式 来电渠道 投诉渠道 来源 来源渠道 受理渠道 受理方式 报修方式 信息来源 反映渠道",
            "channel, how, source, via, contact type, contact method, contact channel, origin, reported via, method, method received, "
            "call source, request source, canal, origen, origem, bron, kanaal, csatorna",
        ),
        "kind": (
            "类别 事由类别 类型 事由 业务类型 问题类别 业务类别 工单类型 服务类型 服务类别 报修类型 诉求类型 留言类型 问题类型",
            "kind, type, category, request category, ticket type, case type, work order type, call type, service type, tipo, categoría, "
            "categoria, tipo de ticket, soort, categorie, kategória",
        ),
        "summary": (
            "内容 来电内容 反映问题 问题 问题描述 故障现象 故障描述 来电事由 情况 咨询内容 故障 故障情况 故障内容 报修内容 报修事由 报修描述 "
            "留言详情 留言内容 留言主题 主题 标题 需求描述 诉求内容 工作内容 事项 具体内容 来信内容 反映内容 投诉内容 维修项目 故障说明",
            "summary, desc, case title, content, "
            "problem, problem description, description, short description, subject, title, issue, issue description, what was "
            "said, details, detail, complaint, complaint type, request type, request, descriptor, fault, fault description, symptom, "
            "symptoms, text, message, work description, job description, work requested, original short text, task, call details, "
            "descripción, descripcion, descrição, descricao, asunto, assunto, motivo, falla, problema, omschrijving, onderwerp, melding, "
            "leírás, hiba, hiba leírása, tárgy",
        ),
        "needs_service": ("是否上门 需要上门 是否派工 上门服务", "needs service, needs visit, visit needed"),
        "due": (
            "要求时间 客户要求时间 要求完成时间 期望时间 要求到达时间 要求完成日期",
            "due, wanted by, due date, due at, deadline, required by",
        ),
        "by": (
            "登记人 接听人 接电话人 接线员 记录人 受理人 接待人 创建人 建单人 受理人员 坐席",
            "by, taken by, logged by, clerk, created by, entered by, opened by, operator, call taker, received by",
        ),
        "reply_at": (
            "回复时间 答复时间 处理时间 回电时间 反馈时间 回复日期 处理日期 答复日期 响应时间 首次响应时间",
            "reply time, reply date, replied, replied at, replied on, answered at, answered, response date, response time, responded, "
            "responded at, first response, first response at, first responded at, date answered, fecha de respuesta, data de resposta",
        ),
        "reply_text": (
            "回复内容 答复内容 回复 答复 处理结果 处理情况 处理意见 处理方式 处理内容 答复意见 解决方案 解决办法 处理方案 维修内容 维修措施 "
            "维修结果 处理措施 处理过程 维修情况 反馈内容",
            "reply, answer, reply text, resolution, result, response, solution, action, action taken, actions taken, work done, work "
            "performed, resolution notes, resolution description, technician notes, repair notes, closing notes, solución, solução, "
            "respuesta, resposta, oplossing, antwoord, megoldás, válasz",
        ),
        "reply_by": (
            "处理人 回复人 答复人 经办人 处理人员 负责人",
            "handled by, handler, replied by, answered by, closed by, resolved by, owner, agent, assigned to, assignee, responsable, "
            "responsável, behandelaar, felelős",
        ),
        "technician": (
            "维修人 维修人员 维修工程师 工程师 技师 技术员 服务工程师 派工人员 上门人员 施工人 施工人员 维修员 维修师傅 服务人员 出勤人员",
            "technician, technician name, engineer, field engineer, service engineer, mechanic, crew, crew assigned, assigned crew, "
            "assigned technician, repaired by, técnico, tecnico, mecánico, monteur, technicus, szerelő",
        ),
        "dispatched_at": ("派工时间 派单时间 派遣时间 派工日期 派单日期", "dispatched, dispatched at, dispatch time, dispatch date, assigned at"),
        "promised": ("约定时间 承诺时间 预约时间 约定上门时间 预约上门时间", "promised, appointment, appointment time, promised at, scheduled, scheduled at"),
        "arrived_at": (
            "到达时间 到场时间 上门时间 到达现场时间 到达日期 上门日期 开始维修时间 维修时间 维修日期 服务日期",
            "arrived, arrived at, arrival, arrival time, on site, onsite time, on scene, visit date, service date, repair date",
        ),
        "left_at": ("离开时间 离场时间 离开现场时间", "left, left at, departure, departure time, departed"),
        "cause": ("故障原因 原因 原因分析", "cause, root cause, failure cause, fault cause, causa, oorzaak, ok"),
        "closed_at": (
            "完成时间 完成日期 完工时间 完工日期 结案时间 结案日期 关闭时间 办结时间 办结日期 解决时间 维修完成时间 结束时间 修复时间",
            "closed, closed at, closed on, closed date, close date, date closed, completed, completed at, completed on, completed date, "
            "completion date, date completed, resolved, resolved at, resolved on, resolved date, resolution date, date resolved, finished, "
            "finished at, end date, ended, fecha de cierre, fecha cierre, fecha de resolución, data de fechamento, data fechamento, "
            "data de encerramento, data de resolução, resolvido em, fechado em, afgehandeld op, afsluitdatum, einddatum, lezárás dátuma, "
            "lezárás ideje, megoldva",
        ),
    },
}  # fmt: skip

PASSED_OVER = frozenset(["序号", "行号", "备注", "说明", "no", "no.", "#", "remark", "remarks", "note", "notes", "nr"])
"""Headings of columns that no register or ledger keeps: no other heading is meant by them."""


def plain(heading: str) -> str:
    """A heading without what is no part of its name: remarks in brackets, stars, colons, capitals, blanks."""
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", unicodedata.normalize("NFKC", heading)).lower()
    text = re.sub(r"\(.*?\)|\[.*?\]|【.*?】", " ", text).strip(" *:.;。、")
    text = " ".join(re.sub("[_-]+", " ", text).split())
    return text.replace(" ", "") if any("\u3400" <= c <= "\u9fff" for c in text) else text


def _known() -> Mapping[str, Mapping[str, str]]:
    return {
        noun: {word: name for name, (zh, en) in names.items() for word in (*zh.split(), *en.split(", "))}
        for noun, names in _WORDS.items()
    }


KNOWN = _known()
"""Noun → heading as `plain` gives it → field."""


ANY = frozenset(word for names in KNOWN.values() for word in names) | PASSED_OVER


@lru_cache(20_000)
def is_known(heading: str) -> bool:
    """Whether a heading is one that lists of any kind have."""
    word = plain(heading)
    return word in ANY or (len(word) > 2 and not word.isascii() and any(word.endswith(one) for one in _ENDINGS))


_ENDINGS = ("时间", "日期", "编号", "名称", "电话", "人员", "内容", "情况", "类型", "类别", "方式", "地址", "金额", "数量", "备注", "姓名", "单号", "状态")
"""What Chinese headings end in."""


class Guess(NamedTuple):
    """The field that a heading means; not `sure` where it is only near a known one."""

    field: str
    sure: bool


def heading_itself(heading: str) -> str:
    """A Chinese heading without the name of the group that it stands in: of 来电情况 来电单位 the second."""
    return heading.split()[-1] if heading and any("\u3400" <= c <= "\u9fff" for c in heading) else heading


def guess(noun: str, heading: str) -> Guess | None:
    """What a heading of a list of such things means; None where nothing known is near."""
    word, known = plain(heading), KNOWN[noun]
    if word in known:
        return Guess(known[word], True)
    own = plain(heading_itself(heading))
    if own != word and own in known and own not in PASSED_OVER and len(own) > 2:
        return Guess(known[own], True)
    if not word or word in PASSED_OVER or own in PASSED_OVER:
        return None
    inside = [one for one in known if len(one) >= 2 and not one.isascii() and word.endswith(one)]
    inside = inside or [one for one in known if word.endswith(f" {one}")]  # a group's name before that of the column
    meant = [max(inside, key=len)] if inside else near(word, known, least=0.87 if noun == "call" else 0.8)
    return Guess(known[meant[0]], False) if meant else None


WORDS: Mapping[str, Mapping[str, str]] = {
    "role": {
        "technician": "技师 工程师 服务工程师 售后工程师 售后技术员 维修工 维修员 维修工程师 服务员 engineer service-engineer mechanic technician "
            "técnico mecánico mecânico monteur "
        "szerelő technicus fitter electrician",
        "clerk": "内勤 客服 前台 接线员 接待员 统计员 office clerk receptionist dispatcher administrativo recepcionista atendente administratie "
            "baliemedewerker ügyintéző asszisztens",
        "head": "部长 部门经理 服务经理 售后经理 主任 科长 manager head supervisor jefe encargado gerente chefe supervisor coordenador "
            "afdelingshoofd teamleider vezető osztályvezető",
        "gm": "厂长 general-manager",
        "finance": "会计 出纳 财务人员 accountant finance contador contadora financeiro boekhouder könyvelő",
        "warehouse": "仓管 库管 仓管员 库管员 保管员 storekeeper warehouse almacén almacenista almoxarife magazijn magazijnmedewerker raktáros",
        "sales": "业务员 销售员 销售经理 salesman sales vendedor vendedora verkoper értékesítő",
        "purchasing": "采购员 buyer purchasing comprador compradora inkoper beszerző",
    },
    "kind": {
        "consult": "技术咨询 问询 咨询 求助 question inquiry enquiry information consulta duda dúvida vraag kérdés",
        "repair": "维修 故障 修理 报修 故障报修 抢修 保养 fault breakdown repair failure broken maintenance damage corrective emergency "
        "reparación avería reparo conserto falla storing reparatie javítás hiba",
        "install": "安装调试 调试 安装 installation commissioning setup instalación instalação installatie",
        "quote": "询价 购件 配件 买配件 报价 price quotation spare order cotización orçamento offerte ajánlat",
        "complaint": "意见 投诉 抱怨 complaint grievance queja reclamação klacht panasz reclamo",
        "other": "其它 其他 other misc general",
    },
    "channel": {
        "phone": "来电 手机 座机 电话 热线 tel call telephone phone voice hotline teléfono telefone telefoon telefon",
        "letter": "信函 函件 传真 来信 来函 书面 fax letter mail-in carta brief levél paper",
        "walk-in": "来访 上门 现场 来人 窗口 visit walk person counter personal presencial balie személyes self direct inspection",
        "wechat": "企业微信 微信 公众号 小程序 wechat whatsapp chat",
        "email": "邮箱 电子邮件 邮件 网站 网络 网上 app 平台 线上 e-mail mail email web online app portal internet mobile form scada system "
        "integrated api site correo website",
    },
    "needs_service": {"yes": "需要 需 要 有 √ y true", "no": "不需要 不需 不用 无 × n false"},
}
"""Field → our word → theirs, besides those that the field itself reads."""


def meaning(field: str, word: str) -> str | None:
    """Our word for one of theirs: the same, or one that has a known word in it (设备故障, Phone Call); None for neither."""
    known = {theirs: ours for ours, listed in WORDS.get(field, {}).items() for theirs in listed.split()}
    text = word.strip().lower()
    if text in known:
        return known[text]
    parts = re.split(r"[^a-z\u00c0-\u024f-]+", text)
    found = [(len(theirs), ours) for theirs, ours in known.items() if (theirs in text if not theirs.isascii() else theirs in parts)]
    return max(found)[1] if found else None
