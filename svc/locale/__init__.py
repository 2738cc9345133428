"""The two languages of the program: every message is written in both, side by side.

A message is a `Text(en, zh)` where it is raised, so none can be forgotten in one language and no
catalogue has to be kept in step. Which one is shown is decided once per process (`use`), at the
edge; nothing below the edge knows the language.
"""

from __future__ import annotations

from typing import NamedTuple


class Text(NamedTuple):
    """One message in both languages."""

    en: str
    zh: str


_language = "en"


def use(language: str) -> None:
    """Show messages in `language` ("zh" or "en") from now on."""
    global _language
    _language = language


def language() -> str:
    """The language shown now: "zh" or "en"."""
    return _language


def say(text: Text | str) -> str:
    """The message in the language shown now; a plain string is the same in both."""
    return text if isinstance(text, str) else (text.zh if _language == "zh" else text.en)


def from_environment(environ: dict[str, str]) -> str:
    """The language that the locale variables ask for: "zh" for any Chinese locale, else "en"."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environ.get(name)
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"
