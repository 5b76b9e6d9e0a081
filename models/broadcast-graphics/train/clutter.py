"""Things that look like broadcast graphics and are none: hard negatives, never labelled."""

from __future__ import annotations

import random

import cv2
import numpy as np
from PIL import Image, ImageDraw

from colours import any_colour, ink_on, vivid
from graphic import Frame, blank, paste
from text import load_font, phrase, pick_font, pick_script, text_patch, word


def _warp_onto(rng: random.Random, picture: np.ndarray, patch: Image.Image, box: tuple[float, float, float, float], skew: float) -> None:
    """Pastes `patch` into `box` in place, its corners moved at random by `skew` of the box's size."""
    h, w = picture.shape[:2]
    x0, y0, x1, y1 = box
    j = lambda size: rng.uniform(-skew, skew) * size  # noqa: E731
    bw, bh = x1 - x0, y1 - y0
    target = np.array([(x0 + j(bw), y0 + j(bh)), (x1 + j(bw), y0 + j(bh)), (x1 + j(bw), y1 + j(bh)), (x0 + j(bw), y1 + j(bh))], np.float32)
    left, top = np.floor(np.maximum(target.min(0), 0)).astype(int)
    right, bottom = np.ceil(np.minimum(target.max(0), (w, h))).astype(int)
    if right - left < 2 or bottom - top < 2:
        return
    source = np.array([(0, 0), (patch.width, 0), (patch.width, patch.height), (0, patch.height)], np.float32)
    matrix = cv2.getPerspectiveTransform(source, target - np.array((left, top), np.float32))
    warped = cv2.warpPerspective(np.asarray(patch), matrix, (int(right - left), int(bottom - top)), flags=cv2.INTER_LINEAR)
    if rng.random() < 0.3:
        warped = cv2.GaussianBlur(warped, (0, 0), rng.uniform(0.5, 1.6))
    alpha = warped[..., 3:].astype(np.float32) / 255
    region = picture[top:bottom, left:right]
    region[:] = (region * (1 - alpha) + warped[..., :3] * (rng.uniform(0.5, 1.0) * alpha)).astype(np.uint8)


def _centre_box(rng: random.Random, frame: Frame, width: float, height: float) -> tuple[float, float, float, float]:
    x, y = rng.uniform(-0.05, 1) * (frame.width - width * 0.5), rng.uniform(0.1, 0.9) * (frame.height - height)
    return x, y, x + width, y + height


def shop_sign(rng: random.Random, frame: Frame, picture: np.ndarray) -> None:
    """A sign, book cover, poster or label with words, seen at an angle."""
    ground = any_colour(rng)
    font = load_font(pick_font(rng, frame.held_out_fonts, pick_script(rng)), rng.randint(16, 44))
    lines = [text_patch(phrase(rng, rng.randint(1, 3)), font, ink_on(rng, ground) + (255,)) for _ in range(rng.randint(1, 4))]
    patch = Image.new("RGBA", (max(x.width for x in lines) + rng.randint(6, 60), sum(x.height + 8 for x in lines) + rng.randint(6, 40)), ground + (255,))
    y = (patch.height - sum(x.height + 8 for x in lines)) // 2 + 4
    for line in lines:
        paste(patch, line, (patch.width - line.width) / 2, y)
        y += line.height + 8
    width = rng.uniform(0.06, 0.4) * frame.width
    height = width * patch.height / patch.width
    _warp_onto(rng, picture, patch, _centre_box(rng, frame, width, height), rng.uniform(0.06, 0.2))


def number_plate(rng: random.Random, frame: Frame, picture: np.ndarray) -> None:
    """A car's number plate."""
    text = "".join(rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ") for _ in range(3)) + " " + "".join(rng.choice("0123456789") for _ in range(4))
    mark = text_patch(text, load_font(pick_font(rng, frame.held_out_fonts), 30), (10, 10, 10, 255))
    patch = Image.new("RGBA", (mark.width + 20, mark.height + 14), rng.choice(((255, 255, 255), (250, 210, 40))) + (255,))
    ImageDraw.Draw(patch).rectangle((0, 0, patch.width - 1, patch.height - 1), outline=(20, 20, 20, 255), width=2)
    paste(patch, mark, 10, 7)
    width = rng.uniform(0.04, 0.14) * frame.width
    _warp_onto(rng, picture, patch, _centre_box(rng, frame, width, width * 0.24), 0.08)


def checkerboard(rng: random.Random, frame: Frame, picture: np.ndarray) -> None:
    """A chessboard, grid, crossword or pixel pattern that is no QR code."""
    n, m = rng.randint(3, 14), rng.randint(3, 14)
    gen = np.random.default_rng(rng.getrandbits(32))
    kind = rng.random()
    if kind < 0.45:
        cells = np.indices((n, m)).sum(0) % 2
    elif kind < 0.7:
        cells = np.tile(gen.integers(0, 2, (1, m)), (n, 1))  # A bar code.
    else:
        cells = gen.integers(0, 2, (n, m))
    a, b = np.array(any_colour(rng)), np.array(any_colour(rng))
    image = np.where(np.kron(cells, np.ones((12, 12)))[..., None] > 0, a, b).astype(np.uint8)
    patch = Image.fromarray(image).convert("RGBA")
    width = rng.uniform(0.06, 0.35) * frame.width
    _warp_onto(rng, picture, patch, _centre_box(rng, frame, width, width * rng.uniform(0.5, 1.2)), rng.choice((0.0, 0.1, 0.2)))


def disc(rng: random.Random, frame: Frame, picture: np.ndarray) -> None:
    """Wheels, plates, lamps, buttons, balls: round things without hands or figures."""
    side = 160
    patch = blank(side, side)
    draw = ImageDraw.Draw(patch)
    inset = 0
    for _ in range(rng.randint(1, 4)):
        draw.ellipse((inset, inset, side - 1 - inset, side - 1 - inset), fill=any_colour(rng) + (255,), outline=any_colour(rng) + (255,), width=rng.randint(1, 10))
        inset += rng.randint(8, 34)
        if inset > side // 2 - 4:
            break
    if rng.random() < 0.35:  # Spokes through the whole diameter, as on wheels.
        c = side / 2
        for i in range(rng.randint(3, 8)):
            a = 2 * np.pi * i / 8 + rng.uniform(0, 0.2)
            draw.line((c - 70 * np.cos(a), c - 70 * np.sin(a), c + 70 * np.cos(a), c + 70 * np.sin(a)), fill=any_colour(rng) + (255,), width=rng.randint(2, 8))
    width = rng.uniform(0.03, 0.3) * frame.width
    _warp_onto(rng, picture, patch, _centre_box(rng, frame, width, width * rng.uniform(0.6, 1.1)), 0.08)


def rectangles(rng: random.Random, frame: Frame, picture: np.ndarray) -> None:
    """Plain bars and plates without any text: shelves, windows, frames, doors, horizon bands."""
    for _ in range(rng.randint(1, 4)):
        if rng.random() < 0.4:
            y = rng.uniform(0, 1) * frame.height
            box = (0, y, frame.width, y + rng.uniform(0.02, 0.15) * frame.height)
        else:
            box = _centre_box(rng, frame, rng.uniform(0.05, 0.5) * frame.width, rng.uniform(0.03, 0.4) * frame.height)
        patch = Image.new("RGBA", (32, 32), any_colour(rng) + (rng.choice((255, 255, 160)),))
        if rng.random() < 0.3:
            ImageDraw.Draw(patch).rectangle((0, 0, 31, 31), outline=any_colour(rng) + (255,), width=rng.randint(1, 3))
        _warp_onto(rng, picture, patch, box, rng.choice((0.0, 0.02, 0.1)))


def headline(rng: random.Random, frame: Frame, picture: np.ndarray) -> None:
    """Large advertising or title text, straight to the camera, above the subtitle area."""
    size = int(rng.uniform(28, 80) * frame.unit)
    font_path = pick_font(rng, frame.held_out_fonts, pick_script(rng))
    patch = blank(frame.width, frame.height)
    y = rng.uniform(0.05, 0.45) * frame.height
    colour = any_colour(rng) + (255,)
    for _ in range(rng.randint(1, 3)):
        mark = text_patch(word(rng).upper() if rng.random() < 0.6 else phrase(rng, 2), load_font(font_path, size), colour, rng.choice((0, 0, 2)))
        mark.thumbnail((int(frame.width * 0.9), mark.height))
        paste(patch, mark, (frame.width - mark.width) / 2 if rng.random() < 0.7 else rng.uniform(0, 0.3) * frame.width, y)
        y += mark.height * 1.25
        if y > frame.height * 0.62:
            break
    _warp_onto(rng, picture, patch, (0, 0, frame.width, frame.height), rng.choice((0.0, 0.0, 0.03)))


def credits(rng: random.Random, frame: Frame, picture: np.ndarray) -> None:
    """Many short lines over the whole picture: credits, tables, pages of text."""
    size = int(rng.uniform(8, 18) * frame.unit)
    font = load_font(pick_font(rng, frame.held_out_fonts), size)
    patch = blank(frame.width, frame.height)
    colour = rng.choice(((255, 255, 255), any_colour(rng), (20, 20, 20)))
    left, columns = rng.uniform(0.03, 0.3) * frame.width, rng.randint(1, 3)
    y, end = rng.uniform(-0.1, 0.25) * frame.height, rng.uniform(0.7, 1.1) * frame.height
    while y < end:
        for c in range(columns):
            if rng.random() < 0.9:
                paste(patch, text_patch(phrase(rng, rng.randint(1, 4)), font, colour + (255,)), left + c * frame.width * 0.3, y)
        y += size * 1.5
    _warp_onto(rng, picture, patch, (0, 0, frame.width, frame.height), rng.choice((0.0, 0.0, 0.08)))


def product_text(rng: random.Random, frame: Frame, picture: np.ndarray) -> None:
    """Bare figures and words on things: packages, shirts, buses, door numbers, percentages."""
    text = rng.choice((phrase(rng, 1), str(rng.randint(1, 999)), f"{rng.randint(5, 90)}%", word(rng).upper(), f"{rng.randint(1, 99)} {word(rng)}"))
    patch = text_patch(text, load_font(pick_font(rng, frame.held_out_fonts), 40), any_colour(rng) + (255,))
    height = rng.uniform(0.03, 0.16) * frame.height
    _warp_onto(rng, picture, patch, _centre_box(rng, frame, height * patch.width / patch.height, height), rng.uniform(0.03, 0.2))


def arrow(rng: random.Random, frame: Frame, picture: np.ndarray) -> None:
    """Plain star, triangle or burst without a price."""
    patch = blank(120, 120)
    n, depth = rng.randint(3, 16), rng.uniform(0.4, 0.9)
    points = [(60 + 59 * (1 if i % 2 == 0 else depth) * np.sin(np.pi * i / n), 60 - 59 * (1 if i % 2 == 0 else depth) * np.cos(np.pi * i / n)) for i in range(2 * n)]
    ImageDraw.Draw(patch).polygon(points, fill=vivid(rng) + (255,))
    width = rng.uniform(0.05, 0.25) * frame.width
    _warp_onto(rng, picture, patch, _centre_box(rng, frame, width, width * rng.uniform(0.7, 1.2)), 0.1)


_KINDS = (
    (shop_sign, 24), (number_plate, 8), (checkerboard, 9), (disc, 12), (rectangles, 16),
    (headline, 9), (credits, 5), (product_text, 12), (arrow, 5),
)


def add_clutter(rng: random.Random, frame: Frame, picture: np.ndarray) -> None:
    """Draws zero to five such things into `picture` (uint8[H,W,3], changed in place)."""
    for _ in range(rng.choices(range(6), (35, 25, 18, 12, 6, 4))[0]):
        rng.choices([k for k, _ in _KINDS], [w for _, w in _KINDS])[0](rng, frame, picture)
