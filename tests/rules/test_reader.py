"""Text → tree: every key and value knows its place; what YAML guesses is not guessed."""

from __future__ import annotations

import subprocess
import sys

import pytest
import yaml

from svc.rules.form import tree as reader
from svc.rules.form.problem import Place, display_width, excerpt_of
from svc.rules.form.source import split_lines
from svc.rules.form.tree import Map, Scalar, Seq, read


@pytest.fixture(params=["c", "python"])
def loader(request, monkeypatch):
    if request.param == "python":
        monkeypatch.setattr(reader, "LOADER", yaml.BaseLoader)


def codes(data: bytes | str) -> list[str]:
    tree = read(data.encode() if isinstance(data, str) else data)
    return [problem.code for problem in tree.notes.problems]


def value(text: str, *steps: str | int):
    node = read(text.encode()).root
    for step in steps:
        if isinstance(step, str):
            assert isinstance(node, Map)
            node = node.pairs[step].value
        else:
            assert isinstance(node, Seq)
            node = node.items[step]
    return node


@pytest.mark.usefixtures("loader")
class TestPlaces:
    def test_keys_and_values(self):
        root = read(b"one: 1\ntwo:\n  - three: [four, five]\n").root
        assert isinstance(root, Map)
        assert root.pairs["two"].key.place == Place(2, 1, 3)
        assert value("one: 1\ntwo:\n  - three: [four, five]\n", "two", 0, "three", 1).place == Place(3, 19, 4)

    def test_columns_count_characters_not_bytes(self):
        assert value("{因: 甲乙, 果: 丙}", "果").place == Place(1, 12, 1)

    def test_bom_takes_no_column(self):
        root = read(b"\xef\xbb\xbfone: 1\n").root
        assert isinstance(root, Map) and root.pairs["one"].key.place == Place(1, 1, 3)

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_any_line_end(self, end):
        assert value(f"# c{end}{end}one: 1{end}two: 2{end}", "two").place == Place(4, 6, 1)

    def test_place_after_mended_colons(self):
        text = "{a：1, b：2, c: 3}"
        assert value(text, "c").place == Place(1, text.index("3") + 1, 1)
        assert codes(text) == ["full-width-colon", "full-width-colon"]

    def test_place_after_something_invisible(self):
        assert value("a: [x\u200b, yy]", "a", 1).place == Place(1, 9, 2)

    def test_blank_value(self):
        node = value("a:\nb: 1\n", "a")
        assert isinstance(node, Scalar) and node.blank


@pytest.mark.usefixtures("loader")
class TestNothingIsGuessed:
    @pytest.mark.parametrize(
        "text", ["12:30", "no", "1.10", "0123", "1_000", "2025-02-30", "0x1F", ".inf", "~", "null", "1e3"]
    )
    def test_scalars_stay_text(self, text):
        assert value(f"a: {text}\n", "a").text == text


@pytest.mark.usefixtures("loader")
class TestRefused:
    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"", "empty-file"),
            (b"\xef\xbb\xbf", "empty-file"),
            (b" \n\t\n", "empty-file"),
            (b"# only\n  # comments\n", "empty-file"),
            ("a: 甲乙丙\n".encode("gbk"), "gbk"),
            ("a: 甲\n".encode("utf-16"), "utf-16"),
            ("a: b\n".encode("utf-16-be"), "nul-byte"),
            ("a: 甲".encode() + b"\xff: b\n", "not-utf-8"),
            ("# 乙\na: 甲".encode()[:-1], "not-utf-8"),
            ("# 乙\na: ".encode() + b"\xc0\xaf\n", "not-utf-8"),
            ("# 乙\na: ".encode() + b"\xed\xa0\x80\n", "not-utf-8"),
            (b"a: b\0\n", "nul-byte"),
            (b"\xef\xbb\xbf\xef\xbb\xbfa: b\n", "odd-character"),
            ("a: \u202eb\n".encode(), "odd-character"),
            (b"a: b\x1b[2J\n", "odd-character"),
            (b"a: b\na: c\n", "duplicate-key"),
            (b"a: &x 1\n", "alias"),
            (b"a: *x\n", "alias"),
            (b"&x [*x]\n", "alias"),
            (b"a: !!binary abc\n", "tag"),
            (b"a: ! b\n", "tag"),
            (b"a: !!python/object:os.system x\n", "tag"),
            (b"<<: {a: b}\n", "merge-key"),
            (b"a: b\n---\nc: d\n", "second-document"),
            (b"a: b\n...\nc: d\n", "yaml-syntax"),
            (b"a:\n\tb: c\n", "tab"),
            (b'a: "b\nc: d\n', "open-quote"),
            (b"a: 'b\nc: d\n", "open-quote"),
            (b"a: [b\nc: d\n", "yaml-syntax"),
            (b"a: @b\n", "yaml-syntax"),
            (b"a: b: c\n", "yaml-syntax"),
            (b"[a, b]: c\n", "not-a-key"),
            (b"? \n: c\n", "not-a-key"),
            (b"a: |\n  b\n  c\n", "several-lines"),
            (b"a: b\n  c\n", "several-lines"),
            (b"<<<<<<< HEAD\na: b\n=======\na: c\n>>>>>>> x\n", "conflict-marker"),
            (b"a: " + b"[" * 3000 + b"]" * 3000, "too-deep"),
            (b"a: " + b"{b: " * 30 + b"1" + b"}" * 30, "too-deep"),
            (b"a: b\n" * 300_000, "file-too-big"),
        ],
    )
    def test_code(self, data, code):
        assert code in codes(data)

    def test_billion_laughs_is_short_work(self):
        lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
        assert set(codes("\n".join(lines))) == {"alias"}

    def test_several_in_one_run(self):
        found = codes('a: 1\na: 2\nb：3\nc: "x\nd: !t x\n\te: *x\n')
        assert {"duplicate-key", "full-width-colon", "open-quote", "tag", "tab", "alias"} <= set(found)

    def test_two_lines_that_cannot_be_read_are_both_told(self):
        assert codes("a: @x\nb: 1\nc: 2\nd: `y\n") == ["yaml-syntax", "yaml-syntax"]

    def test_the_rest_is_read_without_the_faulty_line(self):
        tree = read(b"a: @x\nb: 1\n")
        assert not tree.whole and isinstance(tree.root, Map) and "b" in tree.root.pairs


class TestAccepted:
    @pytest.mark.parametrize(
        "text",
        [
            "\ufeffa: b\n",
            "---\na: b\n",
            "a: b\n...\n",
            'a: "b: c # d"\n',
            "a: it's\n",
            "a: 说：“好”\n",
            "# 因：果\na: b  # 因：果 {x：y}\n",
            "a: 'it''s'\n",
            'a: "b \\" c"\n',
            "a: [b,\n  c]\n",
            "a: http://x/y\n",
        ],
    )
    def test_no_problem(self, text):
        assert codes(text) == []


class TestExcerpt:
    def test_caret_stands_under_wide_characters(self):
        told = excerpt_of(["    title: 金额：200元"], Place(1, 15, 4))
        line, caret = told.split("\n")
        at = line.index("200元")
        assert display_width(line[:at]) == caret.index("^")
        assert caret.count("^") == display_width("200元")

    def test_long_line_is_cut_around_the_place(self):
        line, caret = excerpt_of(["x" * 500 + "HERE" + "y" * 500], Place(1, 501, 4)).split("\n")
        assert line[caret.index("^") : caret.rindex("^") + 1] == "HERE"
        assert len(line) < 130

    def test_controls_are_shown_not_obeyed(self):
        assert "\x1b" not in excerpt_of(["a: \x1b[2J"], Place(1, 4))

    def test_a_line_that_is_not_there(self):
        assert excerpt_of([], Place(1, 1)).endswith("^")


def test_split_lines_loses_nothing():
    text = "a\r\nb\rc\n\nd"
    assert split_lines(text) == ["a\r\n", "b\r", "c\n", "\n", "d"]


def test_the_rest_of_the_rules_room_does_not_bring_yaml():
    code = "import sys, svc.rules.model, svc.rules.form.problem, svc.rules.clauses, svc.rules.form.values; print('yaml' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
