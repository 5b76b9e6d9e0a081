"""On-screen clocks, digital and analogue."""

from __future__ import annotations

import math
import random

from PIL import Image, ImageDraw

from colours import any_colour, ink_on, vivid
from graphic import CLOCK, Frame, Graphic, blank, panel, paste, whole_box, with_opacity
from text import load_font, pick_font, segment_font_files, text_patch


def clock_text(rng: random.Random) -> str:
    """A time of day, seldom a running time."""
    hour, minute, second = rng.randint(0, 23), rng.randint(0, 59), rng.randint(0, 59)
    draw = rng.random()
    if draw < 0.62:
        return f"{hour:02d}:{minute:02d}"
    if draw < 0.78:
        return f"{hour:02d}:{minute:02d}:{second:02d}"
    if draw < 0.86:
        return f"{hour:02d}.{minute:02d}"
    return f"{hour % 12 or 12}:{minute:02d}" + rng.choice((" PM", " AM", "pm", "am", ""))


def _digital(rng: random.Random, frame: Frame) -> Image.Image:
    size = int(rng.triangular(9, 40, 17) * frame.unit)
    segments = segment_font_files()
    text = clock_text(rng)
    if segments and rng.random() < 0.15 and all(c in "0123456789:" for c in text):
        font = load_font(segments[rng.randrange(len(segments))], size)
    else:
        font = load_font(pick_font(rng, frame.held_out_fonts), size)
    plated = rng.random() < 0.6
    ground = any_colour(rng)
    colour = ink_on(rng, ground) if plated else ((255, 255, 255) if rng.random() < 0.7 else vivid(rng))
    mark = text_patch(text, font, colour + (255,), 0 if plated else rng.choice((0, 1, 1, 2)))
    if not plated:
        return mark
    pad_x, pad_y = int(size * rng.uniform(0.15, 0.6)), int(size * rng.uniform(0.12, 0.4))
    patch = panel(rng, mark.width + 2 * pad_x, mark.height + 2 * pad_y, ground, 255 if rng.random() < 0.5 else rng.randint(110, 240))
    paste(patch, mark, (patch.width - mark.width) / 2, pad_y)
    return patch


def _analogue(rng: random.Random, frame: Frame) -> Image.Image:
    radius = rng.triangular(14, 90, 28) * frame.unit
    side = int(4 * radius)  # Drawn twice as large, then reduced: PIL does not smooth ellipses.
    patch, c = blank(side, side), side / 2
    draw = ImageDraw.Draw(patch)
    face = (255, 255, 255) if rng.random() < 0.4 else any_colour(rng)
    ink = ink_on(rng, face)
    bare = rng.random() < 0.15
    rim = int(side * rng.uniform(0.015, 0.07))
    draw.ellipse((1, 1, side - 2, side - 2), fill=face + (0 if bare else rng.choice((255, 255, 200)),), outline=(any_colour(rng) if not bare else (255, 255, 255)) + (255,), width=rim)
    if bare:
        ink = (255, 255, 255)
    marks = rng.choice(("ticks", "ticks", "minutes", "digits", "dots", "quarters"))
    font = load_font(pick_font(rng, frame.held_out_fonts), int(side * 0.11))
    for i in range(60 if marks == "minutes" else 12):
        angle = 2 * math.pi * i / (60 if marks == "minutes" else 12)
        dx, dy = math.sin(angle), -math.cos(angle)
        if marks == "quarters" and i % 3:
            continue
        if marks == "digits":
            mark = text_patch(str(i or 12), font, ink + (255,))
            paste(patch, mark, c + dx * c * 0.76 - mark.width / 2, c + dy * c * 0.76 - mark.height / 2)
        elif marks == "dots":
            x, y, r = c + dx * c * 0.8, c + dy * c * 0.8, side * 0.02
            draw.ellipse((x - r, y - r, x + r, y + r), fill=ink + (255,))
        else:
            draw.line((c + dx * c * 0.74, c + dy * c * 0.74, c + dx * c * 0.88, c + dy * c * 0.88), fill=ink + (255,), width=max(2, int(side * (0.012 if marks == "minutes" and i % 5 else 0.03))))
    hour, minute = rng.random() * 12, rng.random()
    for angle, length, thick in ((2 * math.pi * hour / 12, 0.5, 0.045), (2 * math.pi * minute, 0.74, 0.03)):
        draw.line((c, c, c + math.sin(angle) * c * length, c - math.cos(angle) * c * length), fill=ink + (255,), width=max(2, int(side * thick)))
    if rng.random() < 0.5:
        angle = rng.uniform(0, 6.283)
        draw.line((c, c, c + math.sin(angle) * c * 0.8, c - math.cos(angle) * c * 0.8), fill=vivid(rng) + (255,), width=max(1, int(side * 0.012)))
    draw.ellipse((c - side * 0.025, c - side * 0.025, c + side * 0.025, c + side * 0.025), fill=ink + (255,))
    return patch.resize((max(8, side // 2), max(8, side // 2)), Image.Resampling.BOX)


def clock(rng: random.Random, frame: Frame) -> Graphic:
    """A clock: digital in a corner or along an edge, analogue in a corner or (start of a bulletin) large in the middle."""
    analogue = rng.random() < 0.35
    patch = _analogue(rng, frame) if analogue else _digital(rng, frame)
    patch = with_opacity(patch, 1.0 if rng.random() < 0.6 else rng.uniform(0.5, 1))
    large = patch.height > 70 * frame.unit
    if large or rng.random() < 0.1:
        x = rng.uniform(0.1, 0.9) * frame.width - patch.width / 2
        y = rng.uniform(0.2, 0.8) * frame.height - patch.height / 2
    else:
        mx, my = rng.uniform(0.01, 0.1) * frame.width, rng.uniform(0.015, 0.14) * frame.height
        x = mx if rng.random() < 0.5 else frame.width - patch.width - mx
        y = my if rng.random() < 0.65 else frame.height - patch.height - my
    x, y = min(max(0, x), frame.width - patch.width), min(max(0, y), frame.height - patch.height)
    graphic = Graphic(patch, int(x), int(y))
    graphic.boxes = [whole_box(CLOCK, graphic)]
    return graphic
