"""S01: text that wants to be more than text, and how to see whether it became it."""

from html.parser import HTMLParser

MARK = "data-pwned"
"""Every element of a payload has this attribute; none of ours has it."""
PAYLOADS = [
    f"<script {MARK}>window.pwned=1</script>",
    f'"><img {MARK} src=x onerror="window.pwned=2">',
    f"'><svg {MARK} onload='window.pwned=3'>",
    f"</title></textarea></style></script><script {MARK}>window.pwned=4</script>",
    f'<div {MARK} hx-get="/pwned/" hx-trigger="load" hx-on:click="window.pwned=5">x</div>',
    f'" {MARK}="1" autofocus onfocus="window.pwned=6" x="',
    f"' {MARK}='1' onmouseover='window.pwned=7' x='",
    f"<iframe {MARK} srcdoc='<script>parent.pwned=8</script>'></iframe><base {MARK} href='https://evil.example/'>",
    f"<!--><style {MARK}>@import 'https://evil.example/x.css';</style><a {MARK} href='javascript:window.pwned=9'>x</a>",
    f"[x](javascript:window.pwned=10) ![x](x) &lt;b {MARK}&gt; &#60;b {MARK}&#62; {{{{ 7|add:7 }}}} {{% debug %}} ${{7*7}}",
    f"\u202e<b {MARK}>rtl\u202c \u0000 \ufeff zero\u200bwidth <math {MARK}><mtext></mtext></math>",
]
TYPST = '#panic("x") #set page(fill: red) $x^2$ *bold* _it_ @ref <lab> \\ `raw` [c] {d} /* no */ #import "x"'
SHORT = f'"><b {MARK} onclick=pwned()>'
"""For fields that take few characters."""


class Living(HTMLParser):
    """Collects the start tags that came out of a payload, and handlers, which no tag of ours has."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        odd = [name for name, _ in attrs if name == MARK or name.startswith(("on", "hx-on")) or name == "srcdoc"]
        outward = [
            value
            for name, value in attrs
            if name in ("href", "src", "action") and (value or "").lower().startswith(("javascript:", "data:"))
        ]
        if odd or outward or tag in ("base", "iframe", "object", "embed"):
            self.found.append(self.get_starttag_text() or tag)


def living(html: str) -> list[str]:
    """Tags of an answer that should have been text."""
    parser = Living()
    parser.feed(html)
    return parser.found


# In the browser: what a page says that broke, before any script of ours runs.
WATCH = """window.broken = [];
document.addEventListener('securitypolicyviolation', e => window.broken.push(`policy: ${e.violatedDirective} ${e.blockedURI}`));"""
LOOK = """mark => [
  ...window.broken,
  ...(window.pwned === undefined ? [] : [`ran: ${window.pwned}`]),
  ...[...document.querySelectorAll(`[${mark}], base, iframe, object, embed, [srcdoc]`)].map(e => 'element: ' + e.outerHTML.slice(0, 120)),
  ...[...document.querySelectorAll('*')].flatMap(e => [...e.attributes].filter(a => /^on|^hx-on/.test(a.name)).map(a => `handler: ${a.name} of ${e.tagName}`)),
  ...[...document.querySelectorAll('[href], [src], [action], [formaction]')].filter(e => /^\\s*(javascript|data):/i.test(
    e.getAttribute('href') || e.getAttribute('src') || e.getAttribute('action') || e.getAttribute('formaction') || '')).map(e => 'address: ' + e.outerHTML.slice(0, 120)),
]"""
