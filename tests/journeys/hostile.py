"""What a hostile customer may write in order to run a script on an agent's screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, Final

# Each would set `window.owned` if it ran. After OWASP's and PortSwigger's lists of cases: tags,
# broken tags, mutations, breaking out of attributes and texts, addresses, templates, styles.
VECTORS: Final = (
    "<script>window.owned=1</script>",
    '<img src=x onerror="window.owned=1">',
    "<svg onload=window.owned=1>",
    "<svg><script>window.owned=1</script></svg>",
    '<iframe srcdoc="<script>parent.owned=1</script>"></iframe>',
    '<iframe src="javascript:parent.owned=1"></iframe>',
    '<object data="javascript:window.owned=1"></object>',
    '<embed src="javascript:window.owned=1">',
    '<a href="javascript:window.owned=1">press</a>',
    '<form action="javascript:window.owned=1"><button>press</button></form>',
    "<details open ontoggle=window.owned=1>",
    "<input autofocus onfocus=window.owned=1>",
    "<video><source onerror=window.owned=1></video>",
    "<body onload=window.owned=1>",
    "<base href=//evil.example/>",
    "<link rel=stylesheet href=//evil.example/owned.css>",
    '<meta http-equiv=refresh content="0;url=javascript:window.owned=1">',
    "<style>@import '//evil.example/owned.css'</style>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=window.owned=1>",
    '<noscript><p title="</noscript><img src=x onerror=window.owned=1>">',
    "<template><img src=x onerror=window.owned=1></template>",
    "</textarea><script>window.owned=1</script>",
    "</script><script>window.owned=1</script>",
    "--><script>window.owned=1</script><!--",
    '"><img src=x onerror=window.owned=1>',
    "' onmouseover=window.owned=1 '",
    '" autofocus onfocus="window.owned=1',
    "javascript:window.owned=1",
    "JaVa\tScRiPt:window.owned=1",
    "data:text/html,<script>parent.owned=1</script>",
    "&lt;script&gt;window.owned=1&lt;/script&gt;",
    "\\u003cscript\\u003ewindow.owned=1\\u003c/script\\u003e",
    "{{constructor.constructor('window.owned=1')()}}",
    "${window.owned=1}",
    '{@html "<img src=x onerror=window.owned=1>"}',
    "<scr\x00ipt>window.owned=1</scr\x00ipt>",
    "<img src=`x` onerror=window.owned=1>",
    "<b style=\"background:url('//evil.example/owned')\">bold</b>",
)

# What no text of a stranger may become: an element, a handler or an address that is not ours.
FIND_LEAKS: Final = """() => {
  const found = [];
  if ('owned' in window) found.push('a script ran');
  const elements = 'iframe, object, embed, base, template, math, noscript, form[action], ' +
    'body script, meta[http-equiv], source, details[ontoggle], link[href*="evil.example"]';
  for (const each of document.body.querySelectorAll(elements)) found.push(each.outerHTML);
  for (const each of document.querySelectorAll('*')) {
    for (const { name, value } of each.attributes) {
      const isAddress = ['href', 'src', 'action', 'data', 'xlink:href', 'srcdoc'].includes(name);
      const isForeign = /^\\s*(java\\s*script|vbscript|data:text)/i.test(value);
      const isStyle = name === 'style' && value.includes('evil.example');
      if (name.startsWith('on') || (isAddress && isForeign) || isStyle) {
        found.push(`${each.tagName} ${name}=${value}`);
      }
    }
  }
  return found;
}"""

Message = dict[str, Any]


def _file(name: str) -> Message:
    numbers = {"file_id": "gone", "file_unique_id": "gone", "file_size": 10}
    return {"document": {**numbers, "file_name": name, "mime_type": name}}


def _quoted(words: str) -> Message:
    replied = {"message_id": 1, "date": 1_790_000_000, "chat": {"id": 9, "type": "private"}}
    return {"text": "see", "reply_to_message": {**replied, "text": words}}


# Where words of the customer's own choice are shown, as the fields of a message in the Bot API.
PLACES: Final[dict[str, Callable[[str], Message]]] = {
    "text": lambda words: {"text": words},
    "link": lambda words: {
        "text": "press",
        "entities": [{"type": "text_link", "offset": 0, "length": 5, "url": words}],
    },
    "language": lambda words: {
        "text": "code",
        "entities": [{"type": "pre", "offset": 0, "length": 4, "language": words}],
    },
    "caption": lambda words: {**_file("a.txt"), "caption": words},
    "file": _file,
    "quote": _quoted,
    "forward": lambda words: {
        "text": "told",
        "forward_origin": {
            "type": "hidden_user",
            "date": 1_790_000_000,
            "sender_user_name": words,
        },
    },
    "contact": lambda words: {"contact": {"first_name": words, "phone_number": words}},
    "venue": lambda words: {
        "venue": {
            "location": {"latitude": 50.4, "longitude": 30.5},
            "title": words,
            "address": words,
        }
    },
    "poll": lambda words: {
        "poll": {
            "id": "1",
            "question": words,
            "options": [{"text": words, "voter_count": 1}],
            "total_voter_count": 1,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": False,
        }
    },
    "sticker": lambda words: {
        "sticker": {
            "file_id": "gone",
            "file_unique_id": "gone",
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
            "emoji": words,
            "set_name": words,
        }
    },
}


def hostile_messages() -> Iterator[Message]:
    """Every vector in every place."""
    for place in PLACES.values():
        for vector in VECTORS:
            yield place(vector)


_UPDATES: Final = count(700_000_000)


def make_update(customer_id: int, name: str, content: Message) -> dict[str, Any]:
    """The update by which a private message reaches a bot; each has a number of its own."""
    number = next(_UPDATES)
    person = {"id": customer_id, "first_name": name}
    return {
        "update_id": number,
        "message": {
            "message_id": number,
            "date": 1_790_000_000,
            "chat": {**person, "type": "private"},
            "from": {**person, "is_bot": False, "username": name, "language_code": name},
            **content,
        },
    }
