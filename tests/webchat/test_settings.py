"""The form of a widget, filled in well and badly."""

from __future__ import annotations

import pytest

from halfminute.sdk.errors import InvalidAccount
from halfminute.webchat.forms import read_form


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://Shop.example", ["https://shop.example"]),
        ("https://shop.example/", ["https://shop.example"]),
        (
            "https://shop.example:443 http://shop.example:80",
            ["https://shop.example", "http://shop.example"],
        ),
        ("http://localhost:8090,https://a.example", ["http://localhost:8090", "https://a.example"]),
        ("https://a.example\nhttps://a.example", ["https://a.example"]),
        ("http://[::1]:8080", ["http://[::1]:8080"]),
    ],
)
def test_sites_are_kept_as_browsers_name_them(given: str, kept: list[str]) -> None:
    assert list(read_form({"origins": given}).settings["origins"]) == kept


@pytest.mark.parametrize(
    "given",
    [
        "",
        "shop.example",
        "*",
        "https://*.example/path",
        "https://shop.example/path",
        "https://user@shop.example",
        "https://shop.example?x",
        "javascript:alert(1)",
        "https://",
        "https://shop.example:99999",
        "https://[::1",
        " ".join(f"https://s{number}.example" for number in range(51)),
    ],
)
def test_what_is_no_site_is_refused(given: str) -> None:
    with pytest.raises(InvalidAccount) as refused:
        read_form({"origins": given})
    assert refused.value.fields["field"] == "origins"


def test_the_form_makes_pages_and_an_invitation_too() -> None:
    form = {"origins": "https://a.example", "hidden_pages": "/pay* /cart", "invitation": "Hi"}
    settings = read_form(form).settings

    assert list(settings["hidden_pages"]) == ["/pay*", "/cart"]
    assert settings["invitation"]["text"] == "Hi"


@pytest.mark.parametrize("accent", ["red", "#12345", "#1a6b54; background: url(x)"])
def test_what_is_no_colour_is_refused(accent: str) -> None:
    with pytest.raises(InvalidAccount):
        read_form({"origins": "https://a.example", "accent": accent})
