"""Lists as other systems give them out, in six languages: headings with what stands under them, for `try_lists.py`.

What a list says is counted by DuckDB, straight from the file (`counted.py`).
"""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import counted as counted_

ROWS = 40
DMY, ISO, US = "%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M:%S", "%m/%d/%Y %I:%M:%S %p"


class System(NamedTuple):
    """A list of one system: `columns` are `heading=what`, what being number, text, answer, a moment (`at`, `done`, or their
    `day` and `hour`) or a word that stands there. `form` is how it writes moments."""

    name: str
    form: str
    columns: str
    delimiter: str = ","
    encoding: str = "utf-8"
    title: str = ""
    sheet: bool = False


SYSTEMS = (
    System("en city requests", US, "Unique Key=number|Created Date=at|Closed Date=done|Agency=HPD|Complaint Type=PLUMBING|Descriptor=text"
           "|Incident Address=1 MAIN ST|Status=Closed|Resolution Description=answer|Open Data Channel Type=PHONE|Latitude=40.6"),
    System("en cases with a target", ISO, "case_enquiry_id=number|open_dt=at|sla_target_dt=done|closed_dt=done|case_status=Closed|case_title=text"
           "|queue=PWD|department=PWD|location=1 Elm St|source=Constituent Call"),
    System("en work orders of a plant", ISO, "WONUM=number|DESCRIPTION=text|LOCATION=PLANT|ASSETNUM=PUMP-1|STATUS=CLOSE|REPORTDATE=at|ACTFINISH=done"
           "|LEAD=RLEE|REPORTEDBY=KDOE"),
    System("en calls of a fire brigade", ISO, "IncidentNumber=number|DateOfCall=at.day|TimeOfCall=at.hour|HourOfCall=7|StopCodeDescription=text"
           "|PropertyType=Flat|Postcode_district=E1|NumCalls=1", sheet=True),
    System("en issues of a help desk", "%d/%b/%y %I:%M %p", "Issue key=number|Issue Type=Incident|Status=Done|Summary=text|Assignee=amy"
           "|Reporter=carl|Created=at|Updated=done|Resolved=done"),
    System("es petitions", DMY, "Radicado=number|Fecha Radicado=at|Tipo de Solicitud=Queja|Canal de Atención=Presencial|Asunto=text"
           "|Peticionario=Juan Pérez|Dependencia=Alumbrado|Fecha Respuesta=done|Estado=Cerrado", ";"),
    System("es work orders", DMY, "No. OT=number|Fecha Solicitud=at|Equipo=Bomba|Código Equipo=EQ-001|Descripción de la falla=text"
           "|Técnico asignado=Luis R.|Fecha fin=done|Horas=3.5", title="Órdenes de trabajo 2025", sheet=True),
    System("es requests, day and hour apart", "%d/%m/%Y %H:%M:%S", "contacto=number|periodo=202501|categoria=TRÁNSITO|concepto=text|fecha_ingreso=at.day"
           "|hora_ingreso=at.hour|domicilio_barrio=PALERMO|canal=Call center|genero=femenino"),
    System("pt requests of a city", "%d/%m/%Y %H:%M:%S", "SOLICITACAO=number|TIPO=RECLAMAÇÃO|ORGAO=SMMA|DATA=at.day|HORARIO=at.hour|ASSUNTO=COLETA"
           "|DESCRICAO=text|BAIRRO_ASS=CENTRO|MEIO_RESPOSTA=TELEFONE|RESPOSTA_FINAL=answer|DATA_RESP_FINAL=done", ";", "cp1252"),
    System("pt tickets", DMY, "Nº Chamado=number|Data Abertura=at|Data Fechamento=done|Solicitante=Ana Souza|Setor=Financeiro|Técnico Responsável=Carlos"
           "|Categoria=Rede|Descrição do Problema=text|Solução=answer", title="Relatório de chamados", sheet=True),
    System("nl reports from the street", "%d-%m-%Y %H:%M", "Meldingsnummer=number|Datum melding=at.day|Tijd melding=at.hour|Hoofdcategorie=Afval"
           "|Omschrijving=text|Wijk=Centrum|Bron=Telefoon|Status=Afgehandeld", ";"),
    System("nl breakdowns", "%d-%m-%Y %H:%M", "Storingsnr=number|Storing gemeld op=at|Klant=Jansen BV|Contactpersoon=Piet|Telefoonnummer=06-12345678"
           "|Machine=HK-001|Storing=text|Monteur=Kees|Oorzaak=slijtage|Oplossing=answer|Gereed=done", sheet=True),
    System("hu reports of faults", "%Y.%m.%d. %H:%M", "Sorszám=row|Bejelentés időpontja=at|Bejelentő neve=Kovács Béla|Helyszín=Fő utca 3.|Hiba leírása=text"
           "|Hiba típusa=Közvilágítás|Felelős=Szabó|Javítás időpontja=done|Elvégzett munka=answer|Állapot=Lezárva", ";"),
    System("hu job sheets", "%Y.%m.%d. %H:%M", "Munkalapszám=number|Ügyfél=Agro Kft.|Gép típusa=LX200|Gyári szám=GY0001|Bejelentés dátuma=at"
           "|Hibajelenség=text|Szerelő=Kiss|Befejezés dátuma=done|Elvégzett javítás=answer", sheet=True),
    System("zh hotline", "%Y/%m/%d %H:%M:%S", "工单编号=number|来电时间=at|诉求人=李女士|联系电话=138****1234|诉求类型=投诉|诉求标题=路灯|诉求内容=text"
           "|承办单位=城管局|办结时间=done|办理结果=answer|是否满意=满意", encoding="gb18030"),
    System("zh repairs of equipment", ISO, "序号=row|设备名称=空压机|设备编号=SB-001|所属车间=一车间|报修人=王某|报修时间=at|故障现象=text|维修人员=张师傅"
           "|维修完成时间=done|停机时长(h)=3.2|故障原因=磨损|处理措施=answer|备注=", title="2025年设备维修记录表", sheet=True),
    System("zh letters to an office", ISO, "标题=路灯|来信时间=at|回复时间=done|回复单位=城管局|来信内容=text|回复内容=answer|浏览次数=7", sheet=True),
)  # fmt: skip


def moments() -> list[tuple[datetime, datetime]]:
    """When each call came in and when it was settled: three months, every third after more than a day."""
    start = datetime(2025, 1, 3, 7, 5)
    times = [start + timedelta(hours=53 * n, minutes=17 * n) for n in range(ROWS)]
    return [(at, at + timedelta(hours=3 if n % 3 else 31, minutes=n)) for n, at in enumerate(times)]


def _cell(what: str, n: int, at: datetime, done: datetime, form: str) -> str:
    day, _, hour = form.partition(" ")
    known = {
        "number": f"NR/{2025000 + n}", "row": str(n + 1), "text": f"pump leaks oil again {n}", "answer": f"seal {n} was replaced",
        "at": at.strftime(form), "done": done.strftime(form), "at.day": at.strftime(day), "at.hour": at.strftime(hour),
    }  # fmt: skip
    return known.get(what, what)


def write(system: System, folder: Path) -> Path:
    """The list as a file."""
    pairs = [one.rsplit("=", 1) for one in system.columns.split("|")]
    rows = [[heading for heading, _ in pairs]]
    rows += [[_cell(what, n, at, done, system.form) for _, what in pairs] for n, (at, done) in enumerate(moments())]
    if system.title:
        rows = [[system.title], [], *rows]
    if system.sheet:
        from openpyxl import Workbook

        book = Workbook()
        for row in rows:
            book.active.append(row)
        book.save(folder / "list.xlsx")
        return folder / "list.xlsx"
    out = io.StringIO()
    csv.writer(out, delimiter=system.delimiter).writerows(rows)
    (folder / "list.csv").write_bytes(out.getvalue().encode(system.encoding))
    return folder / "list.csv"


def all_rows(system: System, file: Path) -> list[list[str]]:
    """The rows of the file that have anything in them, by another reader than svc has."""
    return counted_.read(file, system.encoding, system.delimiter)


MACHINES = ("PUMP-1", "EQ-001", "HK-001", "GY0001", "SB-001")
"""What stands in the columns of machines."""


def counted(system: System, file: Path) -> counted_.Counted:
    """Its figures, counted by DuckDB from the file; kinds where the whole column has a word that means one."""
    whats = [one.rsplit("=", 1)[1] for one in system.columns.split("|")]
    place = {what: n for n, what in enumerate(whats)}
    machine = next((place[one] for one in MACHINES if one in place), None)
    day, hour = place.get("at.day"), place.get("at.hour")
    rows = []
    for row in all_rows(system, file)[2 if system.title else 1 :]:
        at = row[place["at"]] if day is None or hour is None else f"{row[day]} {row[hour]}"
        kind = next((row[n] for what, n in place.items() if what in KINDS), "")
        rows.append((at, row[place["done"]] if "done" in place else "", kind, row[machine] if machine is not None else ""))
    form = f"'{system.form}'"
    return counted_.count(rows, f"strptime(c0, {form})", f"try_strptime(c1, {form})", KINDS)


KINDS = {"Queja": "complaint", "投诉": "complaint"}
"""Words of columns of kinds that have one meaning, and ours."""
