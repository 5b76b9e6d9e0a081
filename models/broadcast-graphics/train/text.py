"""Fonts and words for the drawn graphics."""

from __future__ import annotations

import functools
import os
import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

RGBA = tuple[int, int, int, int]

HELD_OUT_FAMILIES = ("Lato", "Vollkorn", "Quicksand", "ClearSans", "Comfortaa")
"""Font files whose name starts with one of these are used for measuring only, never for training."""

SEGMENT_FAMILIES = ("DSEG",)
"""Seven-segment display fonts: digits only, used for clocks."""

_CYRILLIC_GREEK = ("DejaVu", "FreeSans", "FreeSerif", "Roboto", "OpenSans", "Liberation", "Carlito", "Inter")
_ONSETS = "b br c ch cl d dr f fl g gr h j k l m n p pl pr qu r s sh sl st str t th tr v w y z".split()
_VOWELS = "a a e e i o u ai ea ee ou ie".split()
_CODAS = ["", "", "n", "r", "s", "t", "l", "m", "nd", "st", "ck", "ng", "rs"]
_CYRILLIC = "абвгдежзиклмнопрстуфхчшыьюя"
_GREEK = "αβγδεζηθικλμνξοπρστυφχψω"


def font_folder() -> Path:
    """Where the font files lie: `$FONT_DIR`, or the system's folder."""
    return Path(os.environ.get("FONT_DIR", "/usr/share/fonts"))


@functools.lru_cache(maxsize=None)
def font_files(held_out: bool) -> tuple[str, ...]:
    """Paths of the text fonts of one split (training, or `held_out` for measuring), sorted."""
    files = sorted(p for p in font_folder().rglob("*") if p.suffix.lower() in (".ttf", ".otf"))
    unsuited = SEGMENT_FAMILIES + ("D050000L", "StandardSymbols", "DejaVuMath")
    return tuple(
        str(p)
        for p in files
        if not p.name.startswith(unsuited) and p.name.startswith(HELD_OUT_FAMILIES) == held_out
    )


@functools.lru_cache(maxsize=None)
def segment_font_files() -> tuple[str, ...]:
    """Paths of the seven-segment fonts; empty where none is installed."""
    return tuple(str(p) for p in sorted(font_folder().rglob("DSEG*.ttf")) if "Weather" not in p.name)


@functools.lru_cache(maxsize=4096)
def load_font(path: str, size_px: int) -> ImageFont.FreeTypeFont:
    """One font at one size, cached for the life of the process."""
    return ImageFont.truetype(path, max(5, size_px))


def pick_font(rng: random.Random, held_out: bool, script: str = "latin") -> str:
    """A font file that has the letters of `script` (`latin`, `cyrillic`, `greek`)."""
    files = font_files(held_out)
    if script != "latin":
        wide = [f for f in files if Path(f).name.startswith(_CYRILLIC_GREEK)]
        files = tuple(wide) or files
    return files[rng.randrange(len(files))]


def pick_script(rng: random.Random) -> str:
    """Latin nine times in ten."""
    draw = rng.random()
    return "latin" if draw < 0.9 else "cyrillic" if draw < 0.96 else "greek"


def word(rng: random.Random, script: str = "latin") -> str:
    """One pronounceable nonsense word, so that no spelling is learnt."""
    if script != "latin":
        letters = _CYRILLIC if script == "cyrillic" else _GREEK
        return "".join(rng.choice(letters) for _ in range(rng.randint(2, 9)))
    syllables = rng.choice((1, 1, 2, 2, 2, 3))
    return "".join(rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_CODAS) for _ in range(syllables))


def phrase(rng: random.Random, words: int, script: str = "latin") -> str:
    """`words` words, in one of the usual capitalisations, at times with figures or punctuation."""
    parts = [word(rng, script) for _ in range(words)]
    for i in range(len(parts)):
        if rng.random() < 0.06:
            parts[i] = str(rng.randint(1, 2030))
        elif rng.random() < 0.08:
            parts[i] += rng.choice((",", ",", ".", "!", "?", ":"))
    style = rng.random()
    if style < 0.3:
        return " ".join(parts).upper()
    if style < 0.55:
        return " ".join(p.capitalize() for p in parts)
    return " ".join(parts).capitalize()


def text_patch(
    text: str,
    font: ImageFont.FreeTypeFont,
    colour: RGBA,
    stroke_px: int = 0,
    stroke_colour: RGBA = (0, 0, 0, 255),
) -> Image.Image:
    """The text on a transparent patch cut tight to its ink."""
    left, top, right, bottom = font.getbbox(text, stroke_width=stroke_px)
    size = (max(1, int(right - left)), max(1, int(bottom - top)))
    patch = Image.new("RGBA", size, colour[:3] + (0,))
    ImageDraw.Draw(patch).text(
        (-left, -top), text, font=font, fill=colour, stroke_width=stroke_px, stroke_fill=stroke_colour
    )
    return patch


def fit_text(rng: random.Random, font: ImageFont.FreeTypeFont, max_width_px: float, script: str) -> str:
    """A phrase as long as fits `max_width_px`, at least one word."""
    text = phrase(rng, 1, script)
    while True:
        longer = text + " " + phrase(rng, 1, script)
        if font.getlength(longer) > max_width_px:
            return text
        text = longer
