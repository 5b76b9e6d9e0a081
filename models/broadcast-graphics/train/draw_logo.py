"""Channel logos ("bugs"): letter-marks and geometric shapes, often translucent, in a corner."""

from __future__ import annotations

import math
import random

from PIL import Image, ImageDraw, ImageFilter

from colours import any_colour, ink_on, luma, vivid
from graphic import CHANNEL_LOGO, Frame, Graphic, blank, paste, whole_box, with_opacity
from text import load_font, pick_font, text_patch


def _letters(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.25:
        return rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    if kind < 0.6:
        return "".join(rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(rng.randint(2, 4)))
    if kind < 0.8:
        return rng.choice(("TV", "Tele", "Kanal", "News", "Sport", "Plus", "RT", "C", "One", "M")) + rng.choice(("", " ")) + str(rng.randint(1, 24))
    return rng.choice("abcdefghijklmnoprstuvw") + "".join(rng.choice("aeiolrnst") for _ in range(rng.randint(1, 4)))


def _shape(rng: random.Random, size: int, colour: tuple[int, int, int], outline_only: bool) -> Image.Image:
    patch = blank(size * 2, size * 2)
    draw, s = ImageDraw.Draw(patch), size * 2 - 1
    fill = None if outline_only else colour + (255,)
    line = {"outline": colour + (255,), "width": max(2, size // 8)} if outline_only else {}
    kind = rng.choice(("circle", "square", "rounded", "diamond", "triangle", "hexagon", "star", "ring", "bars", "arcs", "dots", "cut"))
    if kind == "circle":
        draw.ellipse((0, 0, s, s), fill=fill, **line)
    elif kind == "square":
        draw.rectangle((0, 0, s, s), fill=fill, **line)
    elif kind in ("rounded", "cut"):
        draw.rounded_rectangle((0, 0, s, s), radius=s // rng.choice((4, 6)), fill=fill, **line)
        if kind == "cut":
            draw.polygon([(s * 0.3, s * 0.2), (s * 0.8, s * 0.5), (s * 0.3, s * 0.8)], fill=(0, 0, 0, 0))
    elif kind in ("diamond", "triangle", "hexagon"):
        n = {"diamond": 4, "triangle": 3, "hexagon": 6}[kind]
        draw.regular_polygon((s / 2, s / 2, s / 2), n, rotation=45 if n == 4 else rng.choice((0, 90)), fill=fill, outline=line.get("outline"))
    elif kind == "star":
        n = rng.choice((4, 5, 5, 6, 8))
        points = [(s / 2 + s / 2 * (1 if i % 2 == 0 else 0.45) * math.sin(math.pi * i / n), s / 2 - s / 2 * (1 if i % 2 == 0 else 0.45) * math.cos(math.pi * i / n)) for i in range(2 * n)]
        draw.polygon(points, fill=colour + (255,))
    elif kind == "ring":
        draw.ellipse((0, 0, s, s), outline=colour + (255,), width=max(2, int(s * rng.uniform(0.1, 0.25))))
        if rng.random() < 0.5:
            draw.ellipse((s * 0.36, s * 0.36, s * 0.64, s * 0.64), fill=any_colour(rng) + (255,))
    elif kind == "bars":
        n = rng.randint(3, 5)
        for i in range(n):
            top = s * rng.uniform(0, 0.6)
            draw.rectangle((s * i / n, top, s * (i + 0.7) / n, s), fill=(colour if rng.random() < 0.6 else vivid(rng)) + (255,))
    elif kind == "arcs":
        for i in range(3):
            k = s * i / 6
            draw.arc((k, k, s - k, s - k), rng.randint(0, 180), rng.randint(200, 360), fill=colour + (255,), width=max(2, s // 10))
    else:
        for i in range(3):
            for j in range(3):
                r = s / 9
                draw.ellipse((s * (i + 0.5) / 3 - r, s * (j + 0.5) / 3 - r, s * (i + 0.5) / 3 + r, s * (j + 0.5) / 3 + r), fill=(colour if rng.random() < 0.7 else vivid(rng)) + (255,))
    return patch.resize((size, size), Image.Resampling.BOX)


def channel_logo(rng: random.Random, frame: Frame) -> Graphic:
    """One logo of 22 to 64 lines' height (in 360) in a corner, top right most often."""
    height = int(rng.triangular(16, 58, 30) * frame.unit)
    colour = (255, 255, 255) if rng.random() < 0.4 else any_colour(rng)
    if luma(colour) < 40 and rng.random() < 0.7:
        colour = vivid(rng)
    font_path, letters = pick_font(rng, frame.held_out_fonts), _letters(rng)
    layout = rng.choices(("shape", "letters", "inside", "beside", "below", "plate", "tiles"), (14, 20, 24, 16, 8, 12, 6))[0]
    if layout == "shape":
        patch = _shape(rng, height, colour, rng.random() < 0.2)
    elif layout == "inside":
        patch = _shape(rng, height, colour, rng.random() < 0.25)
        ink = ink_on(rng, colour)
        mark = text_patch(letters[:4], load_font(font_path, int(height * (0.62 if len(letters) < 2 else 0.4))), ink + (255,))
        mark.thumbnail((int(height * 0.85), int(height * 0.85)))
        if rng.random() < 0.25:  # Letters cut out of the shape.
            hole = blank(*patch.size)
            paste(hole, mark, (height - mark.width) / 2, (height - mark.height) / 2)
            alpha = patch.getchannel("A")
            alpha.paste(0, (0, 0), hole.getchannel("A"))
            patch.putalpha(alpha)
        else:
            paste(patch, mark, (height - mark.width) / 2, (height - mark.height) / 2)
    elif layout == "letters":
        stroke = rng.choice((0, 0, 0, 1, 2))
        patch = text_patch(letters, load_font(font_path, int(height * rng.uniform(0.7, 1.1))), colour + (255,), stroke, ink_on(rng, colour) + (255,))
    elif layout == "plate":
        mark = text_patch(letters, load_font(font_path, int(height * 0.7)), ink_on(rng, colour) + (255,))
        pad = max(2, int(height * rng.uniform(0.1, 0.3)))
        patch = blank(mark.width + 2 * pad, mark.height + 2 * pad)
        ImageDraw.Draw(patch).rounded_rectangle((0, 0, patch.width - 1, patch.height - 1), radius=rng.choice((0, 0, pad, 2 * pad)), fill=colour + (255,))
        paste(patch, mark, pad, pad)
    elif layout == "tiles":
        letters = letters.replace(" ", "")[:4]
        side, gap = int(height * 0.75), max(1, height // 12)
        patch = blank(len(letters) * (side + gap) - gap, side)
        for i, letter in enumerate(letters):
            tile = Image.new("RGBA", (side, side), colour + (255,))
            mark = text_patch(letter, load_font(font_path, int(side * 0.75)), ink_on(rng, colour) + (255,))
            paste(tile, mark, (side - mark.width) / 2, (side - mark.height) / 2)
            paste(patch, tile, i * (side + gap), 0)
    else:
        shape = _shape(rng, int(height * 0.8), vivid(rng) if rng.random() < 0.6 else colour, rng.random() < 0.15)
        mark = text_patch(letters, load_font(font_path, int(height * (0.7 if layout == "beside" else 0.4))), colour + (255,))
        gap = max(1, height // 8)
        if layout == "beside":
            patch = blank(shape.width + gap + mark.width, max(shape.height, mark.height))
            paste(patch, shape, 0, (patch.height - shape.height) / 2)
            paste(patch, mark, shape.width + gap, (patch.height - mark.height) / 2)
        else:
            patch = blank(max(shape.width, mark.width), shape.height + gap + mark.height)
            paste(patch, shape, (patch.width - shape.width) / 2, 0)
            paste(patch, mark, (patch.width - mark.width) / 2, shape.height + gap)
    limit = int(110 * frame.unit)
    if patch.width > limit:
        patch = patch.resize((limit, max(6, patch.height * limit // patch.width)), Image.Resampling.BOX)
    if rng.random() < 0.2:
        shadow = blank(patch.width + 8, patch.height + 8)
        shadow.paste((0, 0, 0, rng.randint(80, 200)), (5, 5), patch.getchannel("A"))
        shadow = shadow.filter(ImageFilter.GaussianBlur(rng.uniform(1, 2.5)))
        paste(shadow, patch, 3, 3)
        patch = shadow
    patch = with_opacity(patch, 1.0 if rng.random() < 0.4 else rng.uniform(0.38, 0.95))
    margin_x, margin_y = rng.uniform(0.015, 0.08) * frame.width, rng.uniform(0.02, 0.1) * frame.height
    corner = rng.choices(("tr", "tl", "br", "bl"), (46, 30, 17, 7))[0]
    x = margin_x if corner[1] == "l" else frame.width - patch.width - margin_x
    y = margin_y if corner[0] == "t" else frame.height - patch.height - margin_y
    graphic = Graphic(patch, int(x), int(y))
    graphic.boxes = [whole_box(CHANNEL_LOGO, graphic)]
    return graphic
