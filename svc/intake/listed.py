"""A list as far as it is understood: its columns by field, what they make in a map, what has to be asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from svc.domain.kinds import Choice, Day, Field, Flag, Moment
from svc.intake.columns import Column, Registered, words_of
from svc.intake.headings import Guess
from svc.intake.layout import Passed
from svc.intake.near_names import near_names
from svc.intake.timeforms import parts_of_day, recognise
from svc.named import NamedTuple
from svc.text import Text, quoted

ASKED = 12
"""Words of a column that are asked for one by one; the rest share an answer."""
REFUSED = "refuse"
"""The answer that leaves a word without meaning: its rows are refused."""
NAMED = 5
"""Names that a question lists."""


class Question(NamedTuple):
    """What only a person can say. `choices` are answers with their meaning; without a `default` it has to be answered."""

    key: str
    what: Text
    choices: tuple[tuple[str, Text], ...]
    default: str | None


class Listed:
    """A list: `guesses` say which field a column holds; `remarks` and `questions` grow as its map is made."""

    def __init__(
        self,
        noun: str,
        columns: Sequence[Column],
        guesses: Mapping[int, Guess],
        passed: Sequence[Passed],
        registered: Registered,
        names: Callable[[str], Sequence[str]],
        answers: Mapping[str, str],
        latest: date,
    ) -> None:
        self.noun, self.columns, self.guesses, self.passed = noun, columns, guesses, passed
        self.registered, self.names, self.answers, self.latest = registered, names, answers, latest
        self.remarks: list[Text] = []
        self.questions: list[Question] = []
        self.columns_of: dict[str, list[Column]] = {}
        for place, one in guesses.items():
            self.columns_of.setdefault(one.field, []).append(columns[place])

    def first(self, field: str) -> Column | None:
        """The column of a field."""
        return next(iter(self.columns_of.get(field, ())), None)

    def ask(self, key: str, what: Text, choices: Sequence[tuple[str, Text]], default: str | None) -> str | None:
        """The answer to a question: the one given, else its default; None where it must still be asked."""
        self.questions.append(Question(key, what, tuple(choices), default))
        return self.answers.get(key) or default

    # ---- values of a map ---------------------------------------------------------------------------------

    def value(self, field: Field) -> dict[str, Any] | None:
        """Where a field comes from; None where no column tells it."""
        given = self.columns_of.get(field.name)
        if not given:
            return None
        made: dict[str, Any] = {"column": given[0].name}
        if len(given) > 1 and field.name == "phone":
            made = {"join": [column.name for column in given], "with": "; "}
        if field.name == "name" and (family := self.first("family")):
            made = {"join": [column.name for column in sorted((given[0], family), key=lambda one: one.place)], "with": " "}
        if isinstance(field.kind, Moment):
            return self.moment(given[0], past=False)
        if isinstance(field.kind, Day):
            forms = self.forms(given[0], given[0].texts, past=False)
            return made | ({"format": forms if len(forms) > 1 else forms[0]} if forms else {})
        return made | self.words(field.name, field.kind, given[0])

    def words(self, name: str, kind: Any, column: Column, default: str | None = None) -> dict[str, Any]:
        """The words of a column of choices as the map says them; each that means nothing known is asked for once."""
        if not isinstance(kind, (Choice, Flag)):
            return {}
        words, unknown = words_of(name, kind, column)
        own = kind.words if isinstance(kind, Choice) else {"yes": "是", "no": "否"}
        if not unknown:
            ours = all(theirs == code or own.get(code) == theirs for theirs, code in words.items())
            return {} if ours else {"words": words}
        choices = [(code, Text(code, zh)) for code, zh in own.items()]
        if default is None:
            choices.append((REFUSED, Text("rows with it are refused", "拒绝这些行")))
        ordered = sorted(unknown, key=lambda word: -unknown[word])
        for word in ordered[:ASKED]:
            said = Text(
                f"{column.name}: {quoted(word)} ({unknown[word]} row{'s' * (unknown[word] != 1)}) is taken as",
                f"{column.name}：“{word}”（{unknown[word]} 行）作为",
            )
            answer = self.ask(f"words:{name}:{word}", said, choices, default or REFUSED)
            if answer and answer != REFUSED:
                words[word] = answer
        made: dict[str, Any] = {"words": words}
        if default and (len(ordered) > ASKED or not words):
            made["otherwise"] = default
        open_ = [word for word in ordered if f"words:{name}:{word}" not in self.answers]
        if default and open_:
            listed = ", ".join(f"{word} ({unknown[word]})" for word in open_[:NAMED]) + (" …" if len(open_) > NAMED else "")
            zh = own[default]
            self.remarks.append(
                Text(f"{column.name}: words that are not known, as {default} unless said otherwise: {listed}",
                     f"{column.name}：未识别的词，未另行指定的按“{zh}”：{listed}")
            )  # fmt: skip
        return made

    def forms(self, column: Column, texts: Sequence[str], past: bool = True) -> list[str]:
        """The forms of the dates of a column; where days and months can be read both ways, the reading is asked for."""
        found = recognise(texts, column.numbers, self.latest if past else None)
        if not found.other:
            return list(found.forms)
        example = next(iter(texts))
        choices = [(_order(forms), Text(forms[0], forms[0])) for forms in (found.forms, found.other)]
        what = Text(
            f"{column.name}: {quoted(example)} can be read in two ways", f"{column.name}：“{example}”有两种读法"
        )
        order = self.ask(f"dates:{column.name}", what, choices, None)
        if order is None:  # a draft that cannot be used before somebody decides
            return [f"{found.forms[0]} or {found.other[0]}"]
        return list(found.other if order == choices[1][0] else found.forms)

    def moment(self, column: Column, day: Column | None = None, past: bool = True) -> dict[str, Any]:
        """Where a moment comes from: a column, or (`day`) one of days and one of hours. Days alone stay days."""
        if day is not None and column.hours > 0.5:
            return self._joined(day, column, past)
        forms = self.forms(column, column.texts, past)
        made: dict[str, Any] = {"column": column.name}
        if forms:
            made["format"] = forms if len(forms) > 1 else forms[0]
        return made

    def _joined(self, day: Column, hour: Column, past: bool) -> dict[str, Any]:
        """A moment of a column of days and one of hours: each form of the ones with each of the others."""
        days = self.forms(day, day.texts, past) + (["YYYY-MM-DD"] if day.dated else [])

        joined = [f"2026-03-05 {text}" for text in parts_of_day(hour.texts)]
        hours = [form.split(" ", 1)[1] for form in recognise(joined).forms]
        forms = [f"{d} {h}" for d in dict.fromkeys(days) for h in hours]
        forms += [form for form in dict.fromkeys(days) if form not in forms]  # of a row without its hour the day
        return {"join": [day.name, hour.name], "format": forms if len(forms) > 1 else forms[0]}

    # ---- people and machines that are not registered -----------------------------------------------------------

    def strangers(self, noun: str, column: Column) -> list[str]:
        """The names in a column that are not registered, the most frequent first."""
        return [text for text, _ in column.counts.most_common() if not self.registered(noun, text)]

    def settle(self, noun: str, column: Column, names: Sequence[str]) -> Settled:
        """What becomes of those that are not registered: asked once for all of them.

        Nobody is registered by default of a column whose heading is only near a known one.
        """
        more = " …" if len(names) > NAMED else ""
        what = Text(
            f"{column.name}: {len(names)} not registered as {noun} ({', '.join(names[:NAMED])}{more})",
            f"{column.name}：有 {len(names)} 个未登记（{'、'.join(names[:NAMED])}{more}）",
        )
        near = near_names(names, self.names(noun))
        choices = [
            ("create", Text("register them with this import", "随本次导入一起登记")),
            ("leave", Text("leave them out: the rows come in without", "不登记，这些行不填该项")),
        ]
        if near:
            pairs = ", ".join(f"{one} = {other}" for one, other in list(near.items())[:NAMED]) + (" …" if len(near) > NAMED else "")
            choices.append(
                ("near", Text(f"take {len(near)} for those nearly of the same name ({pairs}), register the others",
                              f"其中 {len(near)} 个视为名称相近的已登记者（{pairs}），其余登记"))
            )  # fmt: skip
        sure = self.guesses[column.place].sure or noun != "customer"
        answer = self.ask(f"missing:{noun}:{column.name}", what, choices, "create" if sure else "leave")
        if answer not in ("create", "near"):
            return Settled(False, {})
        meant = near if answer == "near" else {}
        if len(meant) < len(names):
            self.remarks.append(Text(f"{what.en}: they are registered with it", f"{what.zh}：随本次导入登记"))
        return Settled(True, meant)


class Settled(NamedTuple):
    """Whether those that are not registered shall be, and which of them are taken for somebody registered."""

    register: bool
    meant: Mapping[str, str]

    def named(self, column: Column) -> dict[str, Any]:
        """Where the name comes from, with the words that say who is taken for whom."""
        words = {"words": {name: self.meant.get(name, name) for name in column.counts}} if self.meant else {}
        return {"column": column.name, **words}


def _order(forms: Sequence[str]) -> str:
    """The order of a date's parts: `dmy`, `mdy` or `ymd`."""
    seen = [(forms[0].find(letter), letter.lower()) for letter in "DMY"]
    return "".join(letter for _, letter in sorted(seen))
