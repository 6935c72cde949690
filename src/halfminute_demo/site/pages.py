"""The pages as HTML, out of what `data/site/` says in each language."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from importlib import resources
from string import Template
from typing import Any, Final

from halfminute_demo.data_files import read_data

LANGUAGES: Final = ("en", "ru")
_DATA: Final = resources.files("halfminute_demo.data").joinpath("site")
_PAGE: Final = Template(_DATA.joinpath("page.html").read_text(encoding="utf-8"))
STYLE: Final = _DATA.joinpath("site.css").read_bytes()


def words_in(language: str) -> dict[str, Any]:
    """What the site says in a language."""
    return read_data(f"site/{language}.toml")


def find_page(path: str, chats: Mapping[str, str]) -> str | None:
    """The page at `/ru/roaming`; `chats` are the addresses of loaders by language."""
    language, _, rest = path.strip("/").partition("/")
    name, _, plan = rest.partition("/")
    name = name or "tariffs"
    if language not in LANGUAGES or name not in _MAINS:
        return None
    words = words_in(language)
    if plan not in (_numbers(words) if name == "checkout" else {""}):
        return None
    other = next(each for each in LANGUAGES if each != language)
    chat = chats.get(language)
    return _PAGE.substitute(
        language=language,
        title=escape(words["pages"][name]),
        menu=escape(words["menu"]),
        links=_links(language, name, words["pages"]),
        other=other,
        other_name=escape(words_in(other)["name"]),
        main=_MAINS[name](language, words, plan),
        footer=escape(words["footer"]),
        demo=escape(words["demo"]),
        chat="" if chat is None else f'<script async src="{escape(chat)}"></script>',
    )


def _links(language: str, present: str, pages: Mapping[str, str]) -> str:
    return "".join(
        f'<a href="{_address(language, name)}"{" aria-current=page" if name == present else ""}>'
        f"{escape(pages[name])}</a>"
        for name in ("tariffs", "roaming")
    )


def _address(language: str, name: str) -> str:
    return f"/{language}/" if name == "tariffs" else f"/{language}/{name}"


def _numbers(words: Mapping[str, Any]) -> set[str]:
    return {str(number) for number in range(1, len(words["plans"]) + 1)}


def _tariffs(language: str, words: Mapping[str, Any], _plan_number: str) -> str:
    plans = "".join(
        _plan(f"/{language}/checkout/{number}", plan, words)
        for number, plan in enumerate(words["plans"], start=1)
    )
    return (
        _hero(words["hero"], words["hero"]["action"], "#plans")
        + f'<h2 id="plans">{escape(words["pages"]["tariffs"])}</h2><ul class="plans">{plans}</ul>'
    )


def _plan(address: str, plan: Mapping[str, Any], words: Mapping[str, Any]) -> str:
    what = "".join(f"<li>{escape(line)}</li>" for line in plan["what"])
    is_best = plan.get("is_best", False)
    best = f"<em>{escape(words['best'])}</em>" if is_best else ""
    return (
        f"<li{' class=best' if is_best else ''}>{best}<h3>{escape(plan['name'])}</h3>"
        f'<p class="price">{escape(plan["price"])} <small>{escape(words["per_month"])}</small></p>'
        f'<ul>{what}</ul><a class="press" href="{address}" '
        f'aria-label="{escape(words["choose"])}: {escape(plan["name"])}">'
        f"{escape(words['choose'])}</a></li>"
    )


def _roaming(language: str, words: Mapping[str, Any], _plan_number: str) -> str:
    said = words["roaming"]
    answers = "".join(
        f"<details><summary>{escape(each['question'])}</summary><p>{escape(each['answer'])}</p>"
        "</details>"
        for each in said["answers"]
    )
    hero = _hero(said, words["hero"]["action"], _address(language, "tariffs"))
    return f'{hero}<div class="answers">{answers}</div>'


def _checkout(language: str, words: Mapping[str, Any], plan_number: str) -> str:
    said = words["checkout"]
    plan = words["plans"][int(plan_number) - 1]
    price = plan["price"]
    return (
        f'<h1>{escape(said["title"])}</h1><div class="order"><p>{escape(said["text"])}</p>'
        f"<dl><dt>{escape(plan['name'])}</dt><dd>{escape(price)}</dd></dl>"
        f"<dl><dt><strong>{escape(said['total'])}</strong></dt>"
        f"<dd><strong>{escape(price)}</strong></dd></dl>"
        f'<div><a class="press" href="{_address(language, "tariffs")}">{escape(said["action"])}</a>'
        "</div></div>"
    )


def _hero(said: Mapping[str, Any], action: str, address: str) -> str:
    return (
        f'<section class="hero"><h1>{escape(said["title"])}</h1><p>{escape(said["text"])}</p>'
        f'<a class="press" href="{address}">{escape(action)}</a></section>'
    )


_MAINS: Final = {"tariffs": _tariffs, "roaming": _roaming, "checkout": _checkout}
