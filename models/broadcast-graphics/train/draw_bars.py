"""Text bars: lower thirds, tickers, subtitles."""

from __future__ import annotations

import random

from PIL import Image, ImageDraw

from colours import any_colour, ink_on, vivid
from draw_clock import clock_text
from graphic import CLOCK, LOWER_THIRD, SUBTITLE, TICKER, Frame, Graphic, blank, ink_box, panel, paste, whole_box, with_opacity
from labels import Box
from text import fit_text, load_font, phrase, pick_font, pick_script, text_patch


def lower_third(rng: random.Random, frame: Frame) -> Graphic:
    """A name and a role (or a headline) on one or two plates in the lower third, left most often."""
    u, script = frame.unit, pick_script(rng)
    font_a, font_b = pick_font(rng, frame.held_out_fonts, script), pick_font(rng, frame.held_out_fonts, script)
    size_a = int(rng.uniform(14, 27) * u)
    size_b = int(size_a * rng.uniform(0.55, 0.85))
    wide = rng.random() < 0.25
    ground_a = vivid(rng) if rng.random() < 0.55 else any_colour(rng)
    ground_b = any_colour(rng) if rng.random() < 0.5 else ground_a
    alpha = 255 if rng.random() < 0.5 else rng.randint(110, 240)
    headline = rng.random() < 0.3
    fa, fb = load_font(font_a, size_a), load_font(font_b, size_b)
    longest = frame.width * rng.uniform(0.3, 0.8)
    text_a = fit_text(rng, fa, longest, script) if headline else phrase(rng, rng.choice((1, 2, 2, 3)), script)
    text_b = fit_text(rng, fb, longest, script) if rng.random() < 0.4 else phrase(rng, rng.randint(1, 5), script)
    line_a = text_patch(text_a, fa, ink_on(rng, ground_a) + (255,))
    line_b = text_patch(text_b, fb, ink_on(rng, ground_b) + (255,)) if rng.random() < 0.82 else None
    pad_x, pad_y = int(rng.uniform(5, 18) * u), int(rng.uniform(3, 9) * u)
    height_a = size_a + 2 * pad_y
    height_b = size_b + int(1.4 * pad_y) if line_b else 0
    width_a = min(frame.width, line_a.width + 2 * pad_x + (rng.randint(0, int(60 * u))))
    width_b = min(frame.width, (line_b.width if line_b else 0) + 2 * pad_x)
    if wide or rng.random() < 0.45:
        width_a = width_b = int(frame.width * rng.uniform(0.78, 0.95)) if wide else max(width_a, width_b)
    gap = rng.choice((0, 0, 0, int(2 * u)))
    patch = blank(max(width_a, width_b), height_a + gap + height_b)
    ruled = rng.random()
    if ruled < 0.82:
        paste(patch, panel(rng, width_a, height_a, ground_a, alpha), 0, 0)
        if line_b:
            paste(patch, panel(rng, width_b, height_b, ground_b, alpha), 0, height_a + gap)
    elif ruled < 0.92:  # Text beside or above a rule, on no plate.
        draw = ImageDraw.Draw(patch)
        if rng.random() < 0.5:
            draw.rectangle((0, 0, max(2, int(4 * u)), patch.height), fill=vivid(rng) + (255,))
        else:
            draw.rectangle((0, height_a, patch.width, height_a + max(2, int(2.5 * u))), fill=vivid(rng) + (255,))
    else:  # A dark gradient under the text.
        for y in range(patch.height):
            ImageDraw.Draw(patch).line((0, y, patch.width, y), fill=(0, 0, 0, min(230, 90 + 140 * y // patch.height)))
    if ruled >= 0.82:
        line_a = text_patch(text_a, fa, (255, 255, 255, 255), rng.choice((0, 1)))
        line_b = text_patch(text_b, fb, (240, 240, 240, 255), rng.choice((0, 1))) if line_b else None
    paste(patch, line_a, pad_x, (height_a - line_a.height) / 2)
    if line_b:
        paste(patch, line_b, pad_x, height_a + gap + (height_b - line_b.height) / 2)
    if rng.random() < 0.3 and ruled < 0.82:  # Accent strip or a station square at the left.
        strip = Image.new("RGBA", (int(rng.choice((4, 6, patch.height / u * 0.8)) * u), patch.height), vivid(rng) + (255,))
        joined = blank(patch.width + strip.width, patch.height)
        paste(joined, strip, 0, 0)
        paste(joined, patch, strip.width, 0)
        patch = joined
    patch = with_opacity(patch, 1.0 if rng.random() < 0.8 else rng.uniform(0.6, 1))
    place = rng.random()
    x = (frame.width - patch.width) / 2 if wide or place > 0.9 else rng.uniform(0, 0.12) * frame.width
    if 0.78 < place <= 0.9 and not wide:
        x = frame.width - patch.width - rng.uniform(0, 0.1) * frame.width
    y = rng.uniform(0.64, 0.93) * frame.height - patch.height * rng.uniform(0, 1)
    y = min(max(y, frame.height * 0.58), frame.height - patch.height - 2 * u)
    graphic = Graphic(patch, int(x), int(y))
    graphic.boxes = [whole_box(LOWER_THIRD, graphic)]
    return graphic


def ticker(rng: random.Random, frame: Frame) -> Graphic:
    """A running line across the picture near the bottom (seldom the top), at times with a caption or a clock at an end."""
    u, script = frame.unit, pick_script(rng)
    size = int(rng.uniform(9, 20) * u)
    height = int(size * rng.uniform(1.25, 1.9))
    width = frame.width if rng.random() < 0.75 else int(frame.width * rng.uniform(0.8, 0.97))
    ground = (vivid(rng) if rng.random() < 0.5 else any_colour(rng)) if rng.random() < 0.8 else rng.choice(((255, 255, 255), (0, 0, 0)))
    alpha = 255 if rng.random() < 0.6 else rng.randint(110, 240)
    patch = panel(rng, width, height, ground, alpha, rng.choice(("square", "square", "square", "gloss")))
    font = load_font(pick_font(rng, frame.held_out_fonts, script), size)
    ink = ink_on(rng, ground) + (255,)
    separator = rng.choice((" • ", " | ", " +++ ", "   ", " – ", " ■ ", " / ", " ... "))
    x = -rng.uniform(0, 60) * u if rng.random() < 0.6 else rng.uniform(0, 0.6) * width
    share_prices = rng.random() < 0.15
    while x < width:
        text = f"{phrase(rng, 1, script).upper()[:5]} {rng.uniform(1, 900):.2f} {rng.choice('▲▼+-')}{rng.uniform(0, 9):.1f}%" if share_prices else phrase(rng, rng.randint(3, 9), script)
        line = text_patch(text, font, ink)
        paste(patch, line, x, (height - line.height) / 2)
        x += line.width
        mark = text_patch(separator.strip() or ".", font, (vivid(rng) if rng.random() < 0.4 else ink[:3]) + (255,))
        if separator.strip():
            paste(patch, mark, x + size * 0.4, (height - mark.height) / 2)
        x += mark.width + size * 0.9
    boxes: list[Box] = []
    y = frame.height - height - (0 if rng.random() < 0.45 else rng.uniform(0, 0.1) * frame.height)
    if rng.random() < 0.07:
        y = rng.uniform(0, 0.05) * frame.height
    left = int((frame.width - width) / 2)
    if rng.random() < 0.4:
        caption_ground = vivid(rng)
        caption = text_patch(rng.choice((phrase(rng, 1).upper(), "BREAKING", "NEWS", "LIVE", "SPORT")), font, ink_on(rng, caption_ground) + (255,))
        plate = Image.new("RGBA", (caption.width + size, height), caption_ground + (255,))
        paste(plate, caption, size / 2, (height - caption.height) / 2)
        paste(patch, plate, 0, 0)
    if rng.random() < 0.18:
        clock_ground = any_colour(rng)
        clock = text_patch(clock_text(rng), font, ink_on(rng, clock_ground) + (255,))
        plate = Image.new("RGBA", (clock.width + size, height), clock_ground + (255,))
        paste(plate, clock, size / 2, (height - clock.height) / 2)
        paste(patch, plate, width - plate.width, 0)
        boxes.append(Box(CLOCK, left + width - plate.width, y, left + width, y + height))
    graphic = Graphic(patch, left, int(y))
    graphic.boxes = [whole_box(TICKER, graphic)] + [b.moved(0, int(y) - y) for b in boxes]
    return graphic


def subtitle(rng: random.Random, frame: Frame) -> Graphic:
    """One to three centred lines: outlined, shadowed or on a dark box; white or yellow most often."""
    u, script = frame.unit, pick_script(rng)
    size = int(rng.uniform(13, 25) * u)
    font = load_font(pick_font(rng, frame.held_out_fonts, script), size)
    colour = rng.choices(((255, 255, 255), (235, 235, 235), (255, 255, 0), (0, 255, 255), (0, 255, 0), any_colour(rng)), (55, 15, 14, 6, 4, 6))[0]
    boxed = rng.random() < 0.45
    stroke = 0 if boxed else max(1, int(rng.uniform(0.6, 2.4) * u)) if rng.random() < 0.85 else 0
    count = rng.choices((1, 2, 3), (45, 48, 7))[0]
    longest = frame.width * rng.uniform(0.35, 0.85)
    texts = [fit_text(rng, font, longest * rng.uniform(0.5, 1.0), script) for _ in range(count)]
    if rng.random() < 0.8:
        texts = [t[:1].upper() + t[1:].lower() for t in texts]
    if rng.random() < 0.12:
        texts[0] = "- " + texts[0]
    lines = [text_patch(t, font, colour + (255,), stroke, (0, 0, 0, 255)) for t in texts]
    step = int(size * rng.uniform(1.12, 1.4))
    pad = int(rng.uniform(2, 7) * u) if boxed else 2
    width = max(line.width for line in lines) + 2 * pad
    patch = blank(width, step * count + 2 * pad)
    ground = (0, 0, 0, rng.randint(110, 255)) if rng.random() < 0.85 else any_colour(rng) + (200,)
    one_box = rng.random() < 0.5
    draw = ImageDraw.Draw(patch)
    if boxed and one_box:
        draw.rectangle((0, 0, width, patch.height), fill=ground)
    centred = rng.random() < 0.88
    for i, line in enumerate(lines):
        x = (width - line.width) / 2 if centred else pad
        y = pad + i * step + (step - line.height) / 2
        if boxed and not one_box:
            draw.rectangle((x - pad, pad + i * step, x + line.width + pad, pad + (i + 1) * step), fill=ground)
        elif not boxed and stroke == 0:
            paste(patch, text_patch(texts[i], font, (0, 0, 0, 200)), x + max(1, u), y + max(1, u))
        paste(patch, line, x, y)
    x = (frame.width - width) / 2 + (0 if rng.random() < 0.85 else rng.uniform(-0.15, 0.15) * frame.width)
    y = rng.uniform(0.86, 0.98) * frame.height - patch.height if rng.random() < 0.85 else rng.uniform(0.03, 0.8) * frame.height
    y = min(y, frame.height - patch.height)
    patch = with_opacity(patch, 1.0 if rng.random() < 0.9 else rng.uniform(0.7, 1))
    graphic = Graphic(patch, int(x), int(y))
    x0, y0, x1, y1 = ink_box(patch)
    graphic.boxes = [Box(SUBTITLE, int(x) + x0, int(y) + y0, int(x) + x1, int(y) + y1)]
    return graphic
