"""The look of a status follows from its place on the ladder and nothing else, so that holding the fixed ramp to WCAG holds every scale to it.

Computed from the stylesheets that are served: text and glyphs 4.5:1 on their fill, edges 3:1 on what lies around, hatches 3:1 on the fill that
they cross; light, dark and on paper.
"""

import re
from itertools import product
from math import atan2, cbrt, cos, degrees, hypot, inf, radians, sin
from pathlib import Path

import pytest

from actions.charts import HATCHES
from goals.scales import RAMP, looks

CSS = Path(__file__).resolve().parents[2] / "static" / "css"
SPRITE = CSS.parents[1] / "templates" / "components" / "sprite.html"
TEXT, GRAPHIC = 4.5, 3.0
LOOKS = (*RAMP, "stx", "st0")
WAYS = ("light", "dark", "print")


def without_comments(name: str) -> str:
    return re.sub(r"/\*.*?\*/", "", (CSS / name).read_text(), flags=re.S)


def declared(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", css))


TOKENS = without_comments("tokens.css")
MAIN = declared(TOKENS.split("@supports")[0])
ON_PAPER = declared(TOKENS.split("@media print")[1])


# sRGB to CIE Lab with the D50 white, as CSS's lch() has it
TO = ((0.4360747, 0.3850649, 0.1430804), (0.2225045, 0.7168786, 0.0606169), (0.0139322, 0.0971045, 0.7141733))
BACK = ((3.1338561, -1.6168667, -0.4906146), (-0.9787684, 1.9161415, 0.033454), (0.0719453, -0.2289914, 1.4052427))
WHITE = (0.96422, 1.0, 0.82521)


def linear(c: float) -> float:
    return c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4


def gamma(c: float) -> float:
    c = min(1.0, max(0.0, c))
    return 12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055


def to_lch(rgb):
    lin = [linear(c) for c in rgb]
    xyz = [sum(m * c for m, c in zip(row, lin, strict=True)) / w for row, w in zip(TO, WHITE, strict=True)]
    f = [cbrt(v) if v > 216 / 24389 else (24389 / 27 * v + 16) / 116 for v in xyz]
    a, b = 500 * (f[0] - f[1]), 200 * (f[1] - f[2])
    return 116 * f[1] - 16, hypot(a, b), degrees(atan2(b, a)) % 360


def from_lch(lightness, chroma, hue):
    fy = (min(100.0, max(0.0, lightness)) + 16) / 116
    f = (fy + chroma * cos(radians(hue)) / 500, fy, fy - chroma * sin(radians(hue)) / 200)
    xyz = [w * (v**3 if v**3 > 216 / 24389 else (116 * v - 16) * 27 / 24389) for v, w in zip(f, WHITE, strict=True)]
    return tuple(gamma(sum(m * v for m, v in zip(row, xyz, strict=True))) for row in BACK)


def parts_of(text: str) -> list[str]:
    """Split at commas and spaces outside of brackets."""
    parts, depth, now = [], 0, ""
    for char in text:
        depth += (char == "(") - (char == ")")
        if char in ", " and not depth:
            parts += [now] if now else []
            now = ""
        else:
            now += char
    return [*parts, now]


def color(value: str, way: str, names: dict[str, str]):
    value = value.strip()
    if value.startswith("#"):
        return tuple(int(value[i : i + 2], 16) / 255 for i in (1, 3, 5))
    name, _, inner = value.partition("(")
    inner = inner.removesuffix(")")
    if name == "var":
        return token(inner.strip()[2:], way, names)
    if name == "light-dark":
        return color(parts_of(inner)[way == "dark"], way, names)
    if name == "lch":  # lch(from COLOR L C H), where only min, max, calc and the three letters occur
        _, base, *rest = parts_of(inner)
        lightness, chroma, hue = to_lch(color(base, way, names))
        known = {"l": lightness, "c": chroma, "h": hue, "infinity": inf, "min": min, "max": max, "calc": lambda v: v}
        return from_lch(*(eval(part, {"__builtins__": {}}, known) for part in rest))
    raise AssertionError(f"cannot read {value}")


def token(name: str, way: str, names: dict[str, str] = MAIN):
    if way == "print" and name in ON_PAPER:
        return color(ON_PAPER[name], way, names)
    return color(names[name], way, names)


def ratio(front, back) -> float:
    a, b = sorted(sum(w * linear(c) for w, c in zip((0.2126, 0.7152, 0.0722), rgb, strict=True)) for rgb in (front, back))
    return (b + 0.05) / (a + 0.05)


def contrast(front: str, back: str, way: str, names: dict[str, str] = MAIN) -> float:
    return ratio(token(front, way, names), token(back, way, names))


def test_the_reader_of_colors_is_right():
    assert ratio((0, 0, 0), (1, 1, 1)) == pytest.approx(21)
    assert ratio(color("#767676", "light", {}), (1, 1, 1)) == pytest.approx(4.54, abs=0.01)
    assert color("light-dark(#ffffff, #13171a)", "dark", {}) == color("#13171a", "light", {})
    assert from_lch(*to_lch((0.2, 0.5, 0.7))) == pytest.approx((0.2, 0.5, 0.7), abs=1e-3)
    assert ON_PAPER, "print has colors of its own, and they were found"


@pytest.mark.parametrize(("look", "way"), list(product(LOOKS, WAYS)))
def test_each_look_can_be_read(look, way):
    assert contrast(f"{look}-on", f"{look}-fill", way) >= TEXT, "number and glyph on the fill"
    for around in ("page", "band"):
        assert contrast(f"{look}-edge", around, way) >= GRAPHIC, f"edge on {around}"


def hatch_color(pattern: str) -> str:
    """The token that a pattern of the sprite is drawn with."""
    drawn = re.search(rf'<pattern id="{pattern}".*?class="([\w-]+)"', SPRITE.read_text())
    fill = re.search(rf"\.{drawn[1]} \{{ fill: var\(--([\w-]+)\)", without_comments("components.css"))
    return fill[1]


@pytest.mark.parametrize(("look", "way"), list(product(LOOKS, WAYS)))
def test_each_hatch_is_seen_on_its_fill(look, way):
    assert contrast(hatch_color(HATCHES[look]), f"{look}-fill", way) >= GRAPHIC


def test_every_look_has_its_colors_its_glyph_and_its_hatch():
    classes, sprite = without_comments("components.css"), SPRITE.read_text()
    assert set(HATCHES) == set(LOOKS)
    for look in LOOKS:
        assert f".{look} {{ --_fill: var(--{look}-fill); --_on: var(--{look}-on); --_edge: var(--{look}-edge); }}" in classes
        assert f'id="g-{look}"' in sprite


@pytest.mark.parametrize("count", range(1, 8))
def test_a_scale_has_looks_of_the_ramp_alone_each_once(count):
    found = looks({key: key for key in range(1, count + 1)} | {99: None})
    assert found[99] == "stx"
    ladder = [found[key] for key in range(1, count + 1)]
    assert ladder == sorted(set(ladder), key=RAMP.index), "in the order of the ramp, none twice"
    if count > 1:
        assert (ladder[0], ladder[-1]) == (RAMP[0], RAMP[-1])


PAIRS = [
    *(("ink", back, TEXT) for back in ("page", "band", "well", "warn-bg", "error-bg", "ins-bg", "del-bg", "accent-tint")),
    *(("muted", back, TEXT) for back in ("page", "band", "accent-tint", "warn-bg")),
    *(("accent-ink", back, TEXT) for back in ("page", "band", "accent-tint", "warn-bg", "error-bg")),
    *(("error", back, TEXT) for back in ("page", "error-bg")),
    *(("warn", back, TEXT) for back in ("page", "warn-bg")),
    *(("line-strong", back, GRAPHIC) for back in ("page", "band")),
    ("on-target", "page", TEXT),
    ("off-target", "page", TEXT),
    ("ins-edge", "ins-bg", GRAPHIC),
    ("del-edge", "del-bg", GRAPHIC),
    ("focus-ring", "page", GRAPHIC),
    ("focus-ring", "focus-halo", GRAPHIC),
    ("page", "ink", TEXT),
    ("on-accent", "accent", TEXT),
    ("on-button", "button", TEXT),
]
ACCENTS = ("#27447f", "#1f4e79", "#f0b429", "#7fc97f", "#000000", "#ffffff", "#777777", "#ff0000", "#00ff00", "#0000ff")
"""The product's own, the sample's, and colors that a district may choose."""


@pytest.mark.parametrize("accent", ACCENTS)
def test_every_pair_holds_whatever_color_a_district_chooses(accent):
    names = {**MAIN, "accent": accent}
    weak = [
        (front, back, way, round(contrast(front, back, way, names), 2))
        for (front, back, least), way in product(PAIRS, WAYS)
        if contrast(front, back, way, names) < least
    ]
    assert weak == []
