"""What a drawn graphic is, and the few drawing helpers all of them use."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from PIL import Image, ImageChops, ImageDraw

from colours import RGB
from labels import LABELS, Box

CHANNEL_LOGO, LOWER_THIRD, TICKER, QR_CODE, PRICE_TAG, CLOCK, SUBTITLE = range(len(LABELS))


@dataclass
class Graphic:
    """A transparent patch, where its top-left corner goes on the picture, and its boxes in picture pixels."""

    patch: Image.Image
    x: int
    y: int
    boxes: list[Box] = field(default_factory=list)


@dataclass(frozen=True)
class Frame:
    """The picture a graphic is drawn for. `unit` is one line of a 360-line picture, so sizes scale with height."""

    width: int
    height: int
    held_out_fonts: bool = False

    @property
    def unit(self) -> float:
        """Pixels per line of a 360-line picture."""
        return self.height / 360.0


def blank(width: float, height: float) -> Image.Image:
    """A fully transparent patch of at least one pixel."""
    return Image.new("RGBA", (max(1, int(width)), max(1, int(height))), (0, 0, 0, 0))


def with_opacity(patch: Image.Image, opacity: float) -> Image.Image:
    """The patch with its alpha multiplied by `opacity` (0..1)."""
    if opacity >= 0.995:
        return patch
    patch = patch.copy()
    patch.putalpha(patch.getchannel("A").point(lambda a: int(a * opacity)))
    return patch


def ink_box(patch: Image.Image) -> tuple[int, int, int, int]:
    """Edges of what is visible in the patch (alpha above 24 of 255); the whole patch where nothing is."""
    return patch.getchannel("A").point(lambda a: 255 if a > 24 else 0).getbbox() or (0, 0, *patch.size)


def whole_box(label: int, graphic: Graphic) -> Box:
    """A box around the visible part of the whole patch."""
    x0, y0, x1, y1 = ink_box(graphic.patch)
    return Box(label, graphic.x + x0, graphic.y + y0, graphic.x + x1, graphic.y + y1)


def panel(rng: random.Random, width: float, height: float, colour: RGB, alpha: int, style: str | None = None) -> Image.Image:
    """A filled plate: square, rounded, slanted, pill-shaped or fading to one side."""
    patch = blank(width, height)
    w, h = patch.size
    draw = ImageDraw.Draw(patch)
    fill = colour + (alpha,)
    style = style or rng.choices(("square", "rounded", "slant", "pill", "fade", "gloss"), (45, 15, 10, 6, 10, 14))[0]
    if style == "rounded":
        draw.rounded_rectangle((0, 0, w - 1, h - 1), radius=max(1, int(h * rng.uniform(0.08, 0.3))), fill=fill)
    elif style == "pill":
        draw.rounded_rectangle((0, 0, w - 1, h - 1), radius=h // 2, fill=fill)
    elif style == "slant":
        s = int(h * rng.uniform(0.2, 0.6))
        draw.polygon([(s, 0), (w - 1, 0), (w - 1 - s, h - 1), (0, h - 1)], fill=fill)
    else:
        draw.rectangle((0, 0, w - 1, h - 1), fill=fill)
    if style == "fade":
        start = rng.uniform(0.55, 0.9)
        ramp = Image.new("L", (w, 1))
        ramp.putdata([int(255 * min(1.0, max(0.0, (1 - i / w) / (1 - start)))) for i in range(w)])
        patch.putalpha(ImageChops.multiply(patch.getchannel("A"), ramp.resize((w, h))))
    if style == "gloss":
        light = blank(w, h)
        ImageDraw.Draw(light).rectangle((0, 0, w, h // 2), fill=(255, 255, 255, rng.randint(15, 70)))
        patch = Image.alpha_composite(patch, light)
    return patch


def paste(base: Image.Image, patch: Image.Image, x: float, y: float) -> None:
    """Composites `patch` over `base` in place; parts outside are cut off."""
    x, y = int(x), int(y)
    left, top = max(0, -x), max(0, -y)
    right, bottom = min(patch.width, base.width - x), min(patch.height, base.height - y)
    if right > left and bottom > top:
        base.alpha_composite(patch.crop((left, top, right, bottom)), (max(0, x), max(0, y)))
