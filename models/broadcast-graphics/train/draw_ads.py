"""Graphics of advertisements: QR codes and price tags."""

from __future__ import annotations

import math
import random

import numpy as np
import qrcode
from PIL import Image, ImageDraw
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q

from colours import any_colour, ink_on, luma, vivid
from graphic import PRICE_TAG, QR_CODE, Frame, Graphic, blank, paste, whole_box, with_opacity
from labels import Box
from text import load_font, phrase, pick_font, text_patch

_LEVELS = (ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q, ERROR_CORRECT_H)


def _modules(rng: random.Random) -> np.ndarray:
    """bool[n,n], true where a module is dark (ISO/IEC 18004, drawn by the qrcode package)."""
    code = qrcode.QRCode(error_correction=rng.choice(_LEVELS), border=0, mask_pattern=rng.randrange(8))
    host = "".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(rng.randint(3, 12)))
    path = "".join(rng.choice("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _ in range(rng.randint(0, 45)))
    code.add_data(f"https://{host}.example/{path}")
    code.make(fit=True)
    return np.array(code.get_matrix(), bool)


def qr_code(rng: random.Random, frame: Frame) -> Graphic:
    """A QR code, 38 to 190 lines of 360, with or without a plate, caption, logo or a slight turn. The box is the modules only."""
    u = frame.unit
    modules = _modules(rng)
    n = len(modules)
    side = int(rng.triangular(38, 190, 78) * u)
    dark = (0, 0, 0) if rng.random() < 0.75 else tuple(c // 3 for c in vivid(rng))
    light = (255, 255, 255) if rng.random() < 0.85 else tuple(255 - (255 - c) // 4 for c in any_colour(rng))
    if rng.random() < 0.06:
        dark, light = light, dark
    scale = max(1, math.ceil(side / n))
    image = np.where(np.kron(modules, np.ones((scale, scale), bool))[..., None], np.array(dark, np.uint8), np.array(light, np.uint8)).astype(np.uint8)
    code = Image.fromarray(image).resize((side, side), Image.Resampling.BOX if scale > 1 else Image.Resampling.NEAREST).convert("RGBA")
    if rng.random() < 0.2:
        size = int(side * rng.uniform(0.16, 0.26))
        badge = Image.new("RGBA", (size, size), light + (255,))
        ImageDraw.Draw(badge).ellipse((size * 0.1, size * 0.1, size * 0.9, size * 0.9), fill=vivid(rng) + (255,))
        paste(code, badge, (side - size) / 2, (side - size) / 2)
    quiet = int(side / n * rng.choice((1, 2, 3, 4, 4)))
    caption = text_patch(rng.choice(("SCAN ME", "Scan", "Shop now", phrase(rng, 2))), load_font(pick_font(rng, frame.held_out_fonts), int(side * 0.12)), dark + (255,)) if rng.random() < 0.3 else None
    width = side + 2 * quiet
    height = width + (caption.height + quiet if caption else 0)
    patch = blank(width, height)
    draw = ImageDraw.Draw(patch)
    radius = rng.choice((0, 0, 0, quiet))
    draw.rounded_rectangle((0, 0, width - 1, height - 1), radius=radius, fill=light + (255,))
    if rng.random() < 0.15:
        draw.rounded_rectangle((0, 0, width - 1, height - 1), radius=radius, outline=vivid(rng) + (255,), width=max(1, quiet // 3))
    paste(patch, code, quiet, quiet)
    if caption:
        caption.thumbnail((side, caption.height))
        paste(patch, caption, (width - caption.width) / 2, width)
    inner = (quiet, quiet, quiet + side, quiet + side)
    if rng.random() < 0.12:  # Slight turn, as in animated advertisements.
        angle = rng.uniform(-14, 14)
        w, h = patch.size
        patch = patch.rotate(angle, Image.Resampling.BILINEAR, expand=True)
        a = math.radians(abs(angle))
        half = side / 2 * (math.cos(a) + math.sin(a))
        dx, dy = (inner[0] + inner[2] - w) / 2, (inner[1] + inner[3] - h) / 2
        cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        cx, cy = patch.width / 2 + dx * cos + dy * sin, patch.height / 2 - dx * sin + dy * cos
        inner = (cx - half, cy - half, cx + half, cy + half)
    patch = with_opacity(patch, 1.0 if rng.random() < 0.9 else rng.uniform(0.7, 1))
    x = rng.uniform(0.01, 0.99) * max(1, frame.width - patch.width)
    y = rng.uniform(0.01, 0.99) * max(1, frame.height - patch.height)
    if rng.random() < 0.5:
        x = rng.choice((rng.uniform(0.01, 0.1) * frame.width, frame.width - patch.width - rng.uniform(0.01, 0.1) * frame.width))
    graphic = Graphic(patch, int(x), int(y))
    graphic.boxes = [Box(QR_CODE, *inner).moved(int(x), int(y))]
    return graphic


def price_text(rng: random.Random) -> tuple[str, str, str]:
    """Currency, whole part and cents of an advertised price; the cents may be empty."""
    currency = rng.choice(("€", "$", "£", "EUR", "CHF", "zł", "kr", "¥", "USD", "₽", "Kč"))
    whole = str(rng.choice((rng.randint(0, 9), rng.randint(10, 99), rng.randint(10, 99), rng.randint(100, 999), rng.randint(1000, 9999))))
    if len(whole) == 4 and rng.random() < 0.4:
        whole = whole[0] + rng.choice((".", ",", " ")) + whole[1:]
    cents = rng.choice(("99", "99", "95", "90", "49", "00", "-", "")) if len(whole) < 4 else rng.choice(("", "", "-"))
    return currency, whole, cents


def price_mark(rng: random.Random, font_path: str, size: int, ink: tuple[int, int, int]) -> Image.Image:
    """The price itself: one line, or with raised cents and a small currency."""
    currency, whole, cents = price_text(rng)
    colour = ink + (255,)
    if rng.random() < 0.45:
        separator = rng.choice((".", ",", ".")) if cents else ""
        number = whole + separator + cents.replace("-", "–")
        text = currency + number if rng.random() < 0.5 else f"{number} {currency}"
        return text_patch(text, load_font(font_path, size), colour)
    big = text_patch(whole, load_font(font_path, size), colour)
    small = load_font(font_path, int(size * rng.uniform(0.4, 0.6)))
    top = text_patch(cents if cents not in ("", "-") else "–", small, colour)
    unit = text_patch(currency, small, colour)
    gap = max(1, size // 14)
    unit_left = rng.random() < 0.5
    width = big.width + top.width + gap + (unit.width + gap if unit_left else 0)
    patch = blank(max(width, big.width + gap + unit.width), max(big.height, top.height + (0 if unit_left else unit.height + gap)))
    x = 0
    if unit_left:
        paste(patch, unit, 0, 0)
        x = unit.width + gap
    paste(patch, big, x, 0)
    paste(patch, top, x + big.width + gap, 0)
    if not unit_left:
        paste(patch, unit, x + big.width + gap, patch.height - unit.height)
    return patch


def _burst(rng: random.Random, width: int, height: int, colour: tuple[int, int, int]) -> Image.Image:
    """The ground of a price tag."""
    kind = rng.choices(("star", "circle", "rect", "rounded", "tag", "ribbon", "scallop", "skew"), (24, 18, 14, 12, 12, 6, 8, 6))[0]
    w, h = width * 2, height * 2
    patch = blank(w, h)
    draw = ImageDraw.Draw(patch)
    fill = colour + (255,)
    edge = (vivid(rng) if rng.random() < 0.5 else (255, 255, 255)) if rng.random() < 0.35 else None
    if kind in ("star", "scallop"):
        n = rng.randint(8, 28)
        depth = rng.uniform(0.72, 0.92) if kind == "star" else 0.93
        for k, paint in ((1.0, edge or colour), (0.92, colour)):
            points = []
            for i in range(2 * n if kind == "star" else 8 * n):
                r = (1 if i % 2 == 0 else depth) if kind == "star" else depth + 0.07 * math.cos(2 * math.pi * i / 8)
                a = math.pi * i / n if kind == "star" else 2 * math.pi * i / (8 * n)
                points.append((w / 2 + k * r * w / 2 * math.sin(a), h / 2 - k * r * h / 2 * math.cos(a)))
            draw.polygon(points, fill=paint + (255,))
    elif kind == "circle":
        draw.ellipse((0, 0, w - 1, h - 1), fill=fill, outline=edge, width=max(2, h // 24))
    elif kind == "rect":
        draw.rectangle((0, 0, w - 1, h - 1), fill=fill, outline=edge, width=max(2, h // 24))
    elif kind == "rounded":
        draw.rounded_rectangle((0, 0, w - 1, h - 1), radius=int(h * rng.uniform(0.1, 0.45)), fill=fill, outline=edge, width=max(2, h // 24))
    elif kind == "tag":
        notch = h * rng.uniform(0.25, 0.5)
        draw.polygon([(0, h / 2), (notch, 0), (w - 1, 0), (w - 1, h - 1), (notch, h - 1)], fill=fill)
        draw.ellipse((notch * 0.55, h / 2 - h * 0.06, notch * 0.55 + h * 0.12, h / 2 + h * 0.06), fill=(0, 0, 0, 0))
        if rng.random() < 0.5:
            patch = patch.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    elif kind == "ribbon":
        cut = h * 0.3
        draw.polygon([(0, 0), (w - 1, 0), (w - cut, h / 2), (w - 1, h - 1), (0, h - 1), (cut, h / 2)], fill=fill)
    else:
        s = h * rng.uniform(0.1, 0.35)
        draw.polygon([(s, 0), (w - 1, 0), (w - 1 - s, h - 1), (0, h - 1)], fill=fill)
    return patch.resize((width, height), Image.Resampling.BOX)


def price_tag(rng: random.Random, frame: Frame) -> Graphic:
    """A price on a burst, disc, label or ribbon, at times with a struck-out old price or a few words."""
    size = int(rng.triangular(15, 60, 28) * frame.unit)
    ground = rng.choices(((220, 20, 30), (255, 220, 0), (240, 120, 0), vivid(rng), any_colour(rng)), (20, 20, 10, 35, 15))[0]
    ink = ink_on(rng, ground) if abs(luma(ground) - 255) > 60 or rng.random() < 0.5 else (200, 0, 20)
    font_path = pick_font(rng, frame.held_out_fonts)
    mark = price_mark(rng, font_path, size, ink)
    lines = [mark]
    small = load_font(font_path, int(size * rng.uniform(0.28, 0.42)))
    if rng.random() < 0.3:
        lines.insert(0, text_patch(rng.choice(("NOW", "ONLY", "from", "SALE", "-50%", "NEW", phrase(rng, 1))), small, ink + (255,)))
    if rng.random() < 0.25:
        _, whole, cents = price_text(rng)
        old = text_patch(f"{whole}.{cents or '00'}", small, ink + (255,))
        draw = ImageDraw.Draw(old)
        draw.line((0, old.height * 0.8, old.width, old.height * 0.2), fill=ink + (255,), width=max(1, size // 16))
        lines.append(old)
    if rng.random() < 0.15:
        lines.append(text_patch(rng.choice(("per month", "each", "1 kg", "incl. VAT", phrase(rng, 2))), small, ink + (255,)))
    gap = max(1, size // 8)
    inner_w = max(line.width for line in lines)
    inner_h = sum(line.height for line in lines) + gap * (len(lines) - 1)
    width, height = int(inner_w * rng.uniform(1.25, 1.7)), int(inner_h * rng.uniform(1.35, 2.0))
    if rng.random() < 0.5:
        height = max(height, int(width * rng.uniform(0.75, 1.0)))
    limit = frame.height * 0.62
    patch = _burst(rng, width, height, ground)
    y = (height - inner_h) / 2
    for line in lines:
        paste(patch, line, (width - line.width) / 2, y)
        y += line.height + gap
    if max(patch.size) > limit:
        factor = limit / max(patch.size)
        patch = patch.resize((max(8, int(width * factor)), max(8, int(height * factor))), Image.Resampling.BOX)
    if rng.random() < 0.35:
        patch = patch.rotate(rng.uniform(-18, 18), Image.Resampling.BILINEAR, expand=True)
    patch = with_opacity(patch, 1.0 if rng.random() < 0.9 else rng.uniform(0.8, 1))
    x, y = rng.uniform(0.02, 0.98) * (frame.width - patch.width), rng.uniform(0.03, 0.97) * (frame.height - patch.height)
    graphic = Graphic(patch, int(max(0, x)), int(max(0, y)))
    graphic.boxes = [whole_box(PRICE_TAG, graphic)]
    return graphic
