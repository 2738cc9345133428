"""Opens the place where a desk is kept: a folder of files, or a database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from svc.errors import BadInput
from svc.store.files.kept import FolderFiles
from svc.store.files.ledger import FileLedger
from svc.store.files.registers import FileDocuments, Registers
from svc.store.place import Place, Problem, Progress
from svc.text import Text

SCHEMES = ("postgresql://", "postgres://")


def on_files(folder: Path) -> Place:
    """A desk in a folder with `rules.yaml` and `data/`."""
    data = folder / "data"
    ledger = FileLedger(data)

    registers, files, cache = Registers(data / "registers"), FolderFiles(data), data / ".svc/index.sqlite"

    def verify(progress: Progress | None = None) -> Iterator[Problem]:
        from svc.store import kept_files
        from svc.store.files.verify import problems
        from svc.store.index import compare, witness

        told, beside = False, witness.Witness(cache, ledger, registers) if cache.is_file() else None
        for problem in problems(ledger, progress, beside.see if beside else None):
            told = True
            yield problem
        yield from kept_files.problems(ledger, files)
        if beside and beside.same() and not told:  # asked in any case: it lets go of the index then
            return
        yield from compare.problems(cache, ledger, registers, told)

    return Place(ledger, registers, FileDocuments(folder), files, cache, verify, folder)


def on_server(url: str, site: str | None = None) -> Place:
    """A desk in a database, as the login of the address sees it (`svc[postgres]`)."""
    from svc.store.postgres.open import open_place

    return open_place(url, site)


def is_address(text: str | None) -> bool:
    """Whether a desk is named by the address of a server."""
    return text is not None and text.startswith(SCHEMES)


def check_named(given: str) -> Path:
    """The folder of a desk that somebody named; BadInput where it is none."""
    path = Path(given).expanduser()
    if not _is_desk(path):
        raise BadInput(
            Text(f"{path} is no desk: it has no rules.yaml and data/", f"{path} 不是工作目录：缺 rules.yaml 和 data/"),
            Text(f"make one: svc init {path}", f"新建：svc init {path}"),
        )
    return path


def _is_desk(path: Path) -> bool:
    return (path / "rules.yaml").is_file() and (path / "data").is_dir()


def around(usual: Callable[[], str | None]) -> str:
    """The desk where nobody named one: the nearest folder upwards with `rules.yaml` and `data/`, else the user's `usual` one."""
    try:
        here = Path.cwd()
    except FileNotFoundError:
        raise BadInput(
            Text("the current folder no longer exists", "当前目录已不存在"),
            Text("change to another folder, or say --desk DIR", "请换一个目录，或用 --desk 指定"),
        ) from None
    for path in (here, *here.parents):
        if _is_desk(path):
            return str(path)
    if settled := usual():
        return settled
    raise BadInput(
        Text(f"no desk in {here} or above it", f"{here} 及其上级目录中没有工作目录"),
        Text(
            "make one here: svc init; or say which: svc --desk DIR …", "在此新建：svc init；或指定：svc --desk 目录 …"
        ),
    )
