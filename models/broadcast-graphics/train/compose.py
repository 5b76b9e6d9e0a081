"""Puts a scene together: background, clutter, graphics, transmission damage, letterbox."""

from __future__ import annotations

import random

import cv2
import numpy as np

from backgrounds import background
from clutter import add_clutter
from draw_ads import price_tag, qr_code
from draw_bars import lower_third, subtitle, ticker
from draw_clock import clock
from draw_logo import channel_logo
from graphic import Frame, Graphic
from labels import INPUT_HEIGHT_PX, INPUT_WIDTH_PX, PAD_VALUE, Box

_SIZES = (
    ((640, 360), 30), ((512, 288), 8), ((854, 480), 14), ((960, 540), 10), ((768, 432), 8), ((426, 240), 5),
    ((640, 480), 9), ((480, 480), 3), ((540, 720), 2), ((960, 400), 5), ((720, 400), 3), ((1280, 720), 3),
)
_DRAW = {
    "logo": channel_logo, "lower": lower_third, "ticker": ticker, "qr": qr_code, "price": price_tag,
    "clock": clock, "subtitle": subtitle,
}
_PROGRAMME = {"logo": 0.72, "ticker": 0.4, "lower": 0.42, "clock": 0.34, "subtitle": 0.36, "qr": 0.05, "price": 0.03}
_ADVERT = {"price": 0.62, "qr": 0.5, "logo": 0.3, "subtitle": 0.15, "lower": 0.1, "ticker": 0.06, "clock": 0.05}
EMPTY_SHARE = 0.2
"""Share of the pictures that carry no graphic at all."""

VISIBLE_CHANGE = 16
"""A graphic is drawn and labelled only where its strongest tenth changes the picture by this much (of 255)."""


def _overlaps(new: Graphic, placed: list[Graphic]) -> bool:
    x0, y0, x1, y1 = new.x, new.y, new.x + new.patch.width, new.y + new.patch.height
    for old in placed:
        w = min(x1, old.x + old.patch.width) - max(x0, old.x)
        h = min(y1, old.y + old.patch.height) - max(y0, old.y)
        if w > 2 and h > 2:
            return True
    return False


def draw_graphics(rng: random.Random, frame: Frame) -> list[Graphic]:
    """The graphics of one picture: those of a programme or of an advertisement, not overlapping."""
    chances = _PROGRAMME if rng.random() < 0.64 else _ADVERT
    kinds = [k for k, p in chances.items() if rng.random() < p]
    if "price" in kinds and rng.random() < 0.25:
        kinds.append("price")
    rng.shuffle(kinds)
    placed: list[Graphic] = []
    for kind in kinds:
        for _ in range(4):
            graphic = _DRAW[kind](rng, frame)
            if not _overlaps(graphic, placed):
                placed.append(graphic)
                break
    return placed


def overlay(picture: np.ndarray, graphics: list[Graphic]) -> list[Box]:
    """Composites the graphics into `picture` (uint8[H,W,3], in place) and gives the boxes that are mostly inside."""
    h, w = picture.shape[:2]
    boxes: list[Box] = []
    for g in graphics:
        x0, y0 = max(0, g.x), max(0, g.y)
        x1, y1 = min(w, g.x + g.patch.width), min(h, g.y + g.patch.height)
        if x1 <= x0 or y1 <= y0:
            continue
        patch = np.asarray(g.patch)[y0 - g.y : y1 - g.y, x0 - g.x : x1 - g.x].astype(np.float32)
        alpha = patch[..., 3:] / 255
        region = picture[y0:y1, x0:x1]
        change = (np.abs(patch[..., :3] - region) * alpha).mean(-1)
        if change.size == 0 or np.percentile(change, 90) < VISIBLE_CHANGE:
            continue
        region[:] = (region * (1 - alpha) + patch[..., :3] * alpha + 0.5).astype(np.uint8)
        for box in g.boxes:
            inside = box.clipped(w, h)
            area = (box.x1 - box.x0) * (box.y1 - box.y0)
            if area > 0 and (inside.x1 - inside.x0) * (inside.y1 - inside.y0) > 0.4 * area:
                boxes.append(inside)
    return boxes


def degrade(rng: random.Random, picture: np.ndarray) -> np.ndarray:
    """What cameras, encoders and screens do: blur, rescaling, noise, gamma, colour cast, JPEG blocks."""
    h, w = picture.shape[:2]
    if rng.random() < 0.12:
        picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.4, 1.1))
    if rng.random() < 0.15:
        k = rng.uniform(0.5, 0.9)
        small = cv2.resize(picture, (int(w * k), int(h * k)), interpolation=cv2.INTER_AREA)
        picture = cv2.resize(small, (w, h), interpolation=cv2.INTER_LINEAR)
    if rng.random() < 0.55:
        gamma, gain = rng.uniform(0.65, 1.5), rng.uniform(0.75, 1.15)
        cast = [rng.uniform(0.9, 1.1) for _ in range(3)]
        ramp = np.arange(256, dtype=np.float32) / 255
        table = np.stack([np.clip(255 * gain * c * ramp**gamma, 0, 255) for c in cast], -1).astype(np.uint8)
        picture = cv2.LUT(picture, table.reshape(1, 256, 3))
    if rng.random() < 0.04:
        picture = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    if rng.random() < 0.3:
        noise = np.random.default_rng(rng.getrandbits(32)).normal(0, rng.uniform(1, 12), (h, w, 1 if rng.random() < 0.5 else 3))
        picture = np.clip(picture + noise, 0, 255).astype(np.uint8)
    if rng.random() < 0.7:
        quality = [int(cv2.IMWRITE_JPEG_QUALITY), rng.randint(28, 95)]
        picture = cv2.imdecode(cv2.imencode(".jpg", picture, quality)[1], cv2.IMREAD_COLOR)
    return picture


def letterbox(picture: np.ndarray, interpolation: int | None = None) -> tuple[np.ndarray, float]:
    """Scales a picture into the top-left of the network's input; gives the scale too. Area averaging where it shrinks much."""
    h, w = picture.shape[:2]
    scale = min(INPUT_WIDTH_PX / w, INPUT_HEIGHT_PX / h)
    size = round(w * scale), round(h * scale)
    out = np.full((INPUT_HEIGHT_PX, INPUT_WIDTH_PX, 3), PAD_VALUE, np.uint8)
    if interpolation is None:
        interpolation = cv2.INTER_AREA if scale < 0.7 else cv2.INTER_LINEAR
    out[: size[1], : size[0]] = cv2.resize(picture, size, interpolation=interpolation)
    return out, scale


def scene(rng: random.Random) -> tuple[np.ndarray, list[Box]]:
    """One training picture (uint8[288,512,3] RGB) and its boxes in input pixels."""
    (width, height), = rng.choices([s for s, _ in _SIZES], [w for _, w in _SIZES])
    frame = Frame(width, height)
    picture = background(rng, width, height)
    add_clutter(rng, frame, picture)
    boxes = overlay(picture, draw_graphics(rng, frame)) if rng.random() > EMPTY_SHARE else []
    # Every decoder and resizer in front of the model is another one, so all of them are trained on.
    how = rng.choice((cv2.INTER_AREA, cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4))
    picture, scale = letterbox(degrade(rng, picture), how)
    return picture, [b.scaled(scale) for b in boxes]


def picture_with_graphics(rng: random.Random, photograph: np.ndarray, held_out_fonts: bool) -> tuple[np.ndarray, list[Box]]:
    """Graphics over a given photograph (uint8[H,W,3] RGB), for measuring; boxes in the photograph's pixels."""
    picture = photograph.copy()
    frame = Frame(picture.shape[1], picture.shape[0], held_out_fonts)
    boxes = overlay(picture, draw_graphics(rng, frame))
    quality = [int(cv2.IMWRITE_JPEG_QUALITY), rng.randint(45, 92)]
    return cv2.imdecode(cv2.imencode(".jpg", picture, quality)[1], cv2.IMREAD_COLOR), boxes
