"""Pictures without any broadcast graphic: procedural scenes, and photographs with free licences.

The fractal noise sums octaves of smoothed value noise (Ebert et al., Texturing and Modeling, 2003, ch. 2).
"""

from __future__ import annotations

import functools
import os
import random
from pathlib import Path

import cv2
import numpy as np
import skimage.data
from sklearn.datasets import load_sample_images

from colours import scene_colour

Picture = np.ndarray
"""uint8[H,W,3], RGB."""

_SKIMAGE = (
    "astronaut chelsea coffee rocket camera brick grass gravel coins hubble_deep_field retina "
    "immunohistochemistry text"
).split()
_TEXTURES = {"brick", "grass", "gravel", "coins", "hubble_deep_field", "retina", "immunohistochemistry"}


@functools.lru_cache(maxsize=1)
def photographs() -> list[Picture]:
    """The photographs that ship inside scikit-image and scikit-learn, and those in `$PHOTO_DIR` (README.md)."""
    pictures: list[Picture] = []
    for name in _SKIMAGE:
        image = getattr(skimage.data, name)()
        image = np.stack([image] * 3, -1) if image.ndim == 2 else image[..., :3]
        pictures += [np.ascontiguousarray(image)] * (1 if name in _TEXTURES else 2)
    pictures += [im for im in load_sample_images().images for _ in range(3)]
    folder = os.environ.get("PHOTO_DIR")
    for path in sorted(Path(folder).rglob("*.jpg")) if folder else []:
        image = cv2.imread(str(path))
        scale = 1100 / max(image.shape[:2])
        image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        pictures += [cv2.cvtColor(image, cv2.COLOR_BGR2RGB)] * 3
    return pictures


def _np(rng: random.Random) -> np.random.Generator:
    return np.random.default_rng(rng.getrandbits(32))


def fractal_noise(rng: random.Random, width: int, height: int, finest_px: int = 4) -> np.ndarray:
    """float32[H,W] in 0..1, smooth at random scales down to `finest_px`."""
    gen = _np(rng)
    total = np.zeros((height, width), np.float32)
    cell, gain, decay = max(width, height) / rng.uniform(1.5, 6), 1.0, rng.uniform(0.4, 0.85)
    while cell >= finest_px:
        grid = gen.random((int(height / cell) + 2, int(width / cell) + 2), np.float32)
        total += gain * cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC)
        cell, gain = cell / 2, gain * decay
    return cv2.normalize(total, None, 0.0, 1.0, cv2.NORM_MINMAX)


def colourise(rng: random.Random, field: np.ndarray) -> Picture:
    """Maps a 0..1 field through a ramp of two to four colours."""
    stops = np.array([scene_colour(rng) for _ in range(rng.randint(2, 4))], np.float32)
    at = np.linspace(0, len(stops) - 1, 256)
    table = np.stack([np.interp(at, np.arange(len(stops)), stops[:, c]) for c in range(3)], -1).astype(np.uint8)
    return table[(field * 255).astype(np.uint8)]


def gradient(rng: random.Random, width: int, height: int) -> Picture:
    """A linear or radial gradient, sometimes banded by noise."""
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    if rng.random() < 0.6:
        angle = rng.uniform(0, 6.283)
        field = xs * np.cos(angle) + ys * np.sin(angle)
    else:
        field = np.hypot(xs - rng.uniform(0, width), ys - rng.uniform(0, height))
    field = cv2.normalize(field, None, 0.0, 1.0, cv2.NORM_MINMAX)
    if rng.random() < 0.5:
        field = np.clip(field + rng.uniform(0.05, 0.3) * (fractal_noise(rng, width, height, 16) - 0.5), 0, 1)
    return colourise(rng, field)


def photo(rng: random.Random, width: int, height: int) -> Picture:
    """A random crop of a photograph, mirrored, recoloured, sometimes blurred or blended with another."""
    pictures = photographs()
    image = pictures[rng.randrange(len(pictures))]
    h, w = image.shape[:2]
    aspect = width / height * rng.uniform(0.85, 1.18)
    crop_w = min(w, h * aspect) * rng.uniform(0.3, 1.0)
    crop_h = min(h, crop_w / aspect)
    x, y = rng.uniform(0, w - crop_w), rng.uniform(0, h - crop_h)
    image = image[int(y) : int(y + crop_h) + 1, int(x) : int(x + crop_w) + 1]
    image = cv2.resize(image, (width, height), interpolation=rng.choice((cv2.INTER_AREA, cv2.INTER_LINEAR)))
    if rng.random() < 0.5:
        image = image[:, ::-1]
    if rng.random() < 0.08:
        image = image[::-1]
    if rng.random() < 0.5:
        hsv = cv2.cvtColor(np.ascontiguousarray(image), cv2.COLOR_RGB2HSV).astype(np.int16)
        hsv[..., 0] = (hsv[..., 0] + rng.randint(-90, 90)) % 180
        hsv[..., 1] = np.clip(hsv[..., 1] * rng.uniform(0.3, 1.5), 0, 255)
        image = cv2.cvtColor(hsv.astype(np.uint8), cv2.COLOR_HSV2RGB)
    if rng.random() < 0.15:
        image = cv2.GaussianBlur(image, (0, 0), rng.uniform(1, 6))
    if rng.random() < 0.1:
        other = photo(rng, width, height)
        image = cv2.addWeighted(np.ascontiguousarray(image), 0.6, other, 0.4, 0)
    return np.ascontiguousarray(image)


def texture(rng: random.Random, width: int, height: int) -> Picture:
    """High-frequency patterns: stripes, checks, tiles, dots, raw noise."""
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    angle, period = rng.uniform(0, 6.283), rng.uniform(4, 60)
    u = (xs * np.cos(angle) + ys * np.sin(angle)) / period
    v = (-xs * np.sin(angle) + ys * np.cos(angle)) / (period * rng.uniform(0.5, 2))
    kind = rng.randrange(5)
    if kind == 0:
        field = 0.5 + 0.5 * np.sin(6.283 * u)
    elif kind == 1:
        field = ((np.floor(u) + np.floor(v)) % 2).astype(np.float32)
    elif kind == 2:
        field = np.minimum(np.abs(u - np.round(u)), np.abs(v - np.round(v))) * 2 < rng.uniform(0.04, 0.3)
    elif kind == 3:
        field = np.hypot(u - np.round(u), v - np.round(v)) < rng.uniform(0.15, 0.45)
    else:
        cells = _np(rng).random((height // rng.randint(1, 8) + 1, width // rng.randint(1, 8) + 1), np.float32)
        field = cv2.resize(cells, (width, height), interpolation=cv2.INTER_NEAREST)
    field = field.astype(np.float32) * 0.8 + 0.2 * fractal_noise(rng, width, height, 8)
    return colourise(rng, np.clip(field, 0, 1))


def _polygon(image: Picture, points: list[tuple[float, float]], colour: tuple[int, int, int]) -> None:
    cv2.fillPoly(image, [np.array(points, np.int32)], colour, lineType=cv2.LINE_AA)


def room(rng: random.Random, width: int, height: int) -> Picture:
    """A room in one-point perspective with windows, frames and box furniture."""
    image = np.zeros((height, width, 3), np.uint8)
    x0, x1 = rng.uniform(0.05, 0.4) * width, rng.uniform(0.6, 0.95) * width
    y0, y1 = rng.uniform(0.05, 0.35) * height, rng.uniform(0.5, 0.85) * height
    wall = scene_colour(rng)
    shade = lambda k: tuple(int(min(255, c * k)) for c in wall)  # noqa: E731
    _polygon(image, [(0, 0), (width, 0), (x1, y0), (x0, y0)], shade(1.15))
    _polygon(image, [(0, height), (width, height), (x1, y1), (x0, y1)], scene_colour(rng))
    _polygon(image, [(0, 0), (x0, y0), (x0, y1), (0, height)], shade(0.8))
    _polygon(image, [(width, 0), (x1, y0), (x1, y1), (width, height)], shade(0.9))
    _polygon(image, [(x0, y0), (x1, y0), (x1, y1), (x0, y1)], shade(1.0))
    for _ in range(rng.randint(0, 4)):
        w, h = rng.uniform(0.05, 0.2) * width, rng.uniform(0.08, 0.3) * height
        x, y = rng.uniform(x0, max(x0 + 1, x1 - w)), rng.uniform(y0, max(y0 + 1, y1 - h))
        cv2.rectangle(image, (int(x), int(y)), (int(x + w), int(y + h)), scene_colour(rng), -1)
        cv2.rectangle(image, (int(x), int(y)), (int(x + w), int(y + h)), scene_colour(rng), rng.randint(1, 4))
    for _ in range(rng.randint(0, 5)):
        w, h = rng.uniform(0.08, 0.4) * width, rng.uniform(0.05, 0.35) * height
        x, base = rng.uniform(-0.1, 0.9) * width, rng.uniform(y1, height * 1.05)
        skew = rng.uniform(-0.05, 0.05) * width
        _polygon(image, [(x, base - h), (x + w, base - h), (x + w + skew, base), (x + skew, base)], scene_colour(rng))
        _polygon(image, [(x, base - h), (x + w, base - h), (x + w * 0.9, base - h * 1.3), (x + w * 0.1, base - h * 1.3)], scene_colour(rng))
    return image


def street(rng: random.Random, width: int, height: int) -> Picture:
    """Sky, buildings with rows of windows, and a road."""
    image = gradient(rng, width, height)
    horizon = int(rng.uniform(0.4, 0.8) * height)
    x = -rng.randint(0, 40)
    while x < width:
        w, top = rng.randint(width // 16, width // 4), int(rng.uniform(-0.1, 0.9) * horizon)
        cv2.rectangle(image, (x, top), (x + w, horizon), scene_colour(rng), -1)
        step_x, step_y = rng.randint(6, 30), rng.randint(6, 36)
        lit = scene_colour(rng)
        for wy in range(top + 4, horizon - step_y // 2, step_y):
            for wx in range(x + 3, x + w - step_x // 2, step_x):
                if rng.random() < 0.85:
                    cv2.rectangle(image, (wx, wy), (wx + step_x // 2, wy + step_y // 2), lit, -1)
        x += w
    cv2.rectangle(image, (0, horizon), (width, height), scene_colour(rng), -1)
    for _ in range(rng.randint(0, 4)):
        x = rng.uniform(0, width)
        _polygon(image, [(x, horizon), (x + 6, horizon), (x * 1.5 - width / 4 + 30, height), (x * 1.5 - width / 4, height)], scene_colour(rng))
    return image


def studio(rng: random.Random, width: int, height: int) -> Picture:
    """A set with panels and one to three head-and-shoulder figures."""
    image = gradient(rng, width, height) if rng.random() < 0.6 else colourise(rng, fractal_noise(rng, width, height, 12))
    for _ in range(rng.randint(0, 6)):
        x, w = rng.uniform(-0.1, 1) * width, rng.uniform(0.02, 0.3) * width
        layer = image.copy()
        cv2.rectangle(layer, (int(x), int(rng.uniform(-0.1, 0.4) * height)), (int(x + w), height), scene_colour(rng), -1)
        image = cv2.addWeighted(layer, rng.uniform(0.2, 1), image, 0, 0) if rng.random() < 0.3 else cv2.addWeighted(layer, 0.5, image, 0.5, 0)
    if rng.random() < 0.6:
        image = cv2.GaussianBlur(image, (0, 0), rng.uniform(1, 8))
    for _ in range(rng.randint(1, 3)):
        cx, head = rng.uniform(0.1, 0.9) * width, rng.uniform(0.06, 0.2) * height
        cy = rng.uniform(0.2, 0.6) * height
        skin = (rng.randint(80, 240), rng.randint(60, 190), rng.randint(40, 160))
        cv2.ellipse(image, (int(cx), int(cy + 3.6 * head)), (int(2.3 * head), int(2.4 * head)), 0, 180, 360, scene_colour(rng), -1, cv2.LINE_AA)
        cv2.rectangle(image, (int(cx - 2.3 * head), int(cy + 3.6 * head)), (int(cx + 2.3 * head), height), scene_colour(rng), -1)
        cv2.ellipse(image, (int(cx), int(cy - 0.25 * head)), (int(head * 0.95), int(head * 1.2)), 0, 0, 360, scene_colour(rng), -1, cv2.LINE_AA)
        cv2.ellipse(image, (int(cx), int(cy)), (int(head * 0.8), int(head)), 0, 0, 360, skin, -1, cv2.LINE_AA)
    return image


def blobs(rng: random.Random, width: int, height: int) -> Picture:
    """Overlapping ellipses and polygons, then blurred: out-of-focus scenes, products, nature."""
    image = gradient(rng, width, height)
    for _ in range(rng.randint(3, 30)):
        centre = rng.randint(0, width), rng.randint(0, height)
        if rng.random() < 0.6:
            axes = int(rng.uniform(0.01, 0.25) * width), int(rng.uniform(0.01, 0.3) * height)
            cv2.ellipse(image, centre, axes, rng.uniform(0, 180), 0, 360, scene_colour(rng), -1, cv2.LINE_AA)
        else:
            radius = rng.uniform(0.02, 0.3) * height
            points = [(centre[0] + radius * rng.uniform(-1, 1), centre[1] + radius * rng.uniform(-1, 1)) for _ in range(rng.randint(3, 6))]
            _polygon(image, points, scene_colour(rng))
    if rng.random() < 0.7:
        image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.6, 10))
    return image


def flat(rng: random.Random, width: int, height: int) -> Picture:
    """One colour, or colour bars: advertisement grounds and test pictures."""
    image = np.empty((height, width, 3), np.uint8)
    if rng.random() < 0.85:
        image[:] = scene_colour(rng)
    else:
        edges = np.linspace(0, width, rng.randint(5, 9)).astype(int)
        for a, b in zip(edges, edges[1:]):
            image[:, a:b] = scene_colour(rng)
    return image


def advert(rng: random.Random, width: int, height: int) -> Picture:
    """The ground of an advertisement: one colour or a gradient, with one to three products and their shadows."""
    image = gradient(rng, width, height) if rng.random() < 0.6 else flat(rng, width, height)
    for _ in range(rng.randint(1, 3)):
        w, h = int(rng.uniform(0.06, 0.3) * width), int(rng.uniform(0.15, 0.6) * height)
        x, y = int(rng.uniform(0.05, 0.9) * width) - w // 2, int(rng.uniform(0.4, 0.85) * height) - h
        body, label = scene_colour(rng), scene_colour(rng)
        cv2.ellipse(image, (x + w // 2, y + h), (int(w * 0.7), max(2, h // 12)), 0, 0, 360, tuple(c // 2 for c in body), -1, cv2.LINE_AA)
        kind = rng.randrange(4)
        if kind == 0:  # Box.
            cv2.rectangle(image, (x, y), (x + w, y + h), body, -1)
            _polygon(image, [(x + w, y), (x + w * 1.25, y - h * 0.1), (x + w * 1.25, y + h * 0.9), (x + w, y + h)], tuple(c * 2 // 3 for c in body))
        elif kind == 1:  # Bottle.
            cv2.rectangle(image, (x, y + h // 3), (x + w, y + h), body, -1)
            cv2.ellipse(image, (x + w // 2, y + h // 3), (w // 2, h // 6), 0, 180, 360, body, -1, cv2.LINE_AA)
            cv2.rectangle(image, (x + w // 3, y), (x + 2 * w // 3, y + h // 3), body, -1)
        elif kind == 2:  # Ball, fruit, plate.
            cv2.circle(image, (x + w // 2, y + h - w // 2), w // 2, body, -1, cv2.LINE_AA)
            cv2.circle(image, (x + w // 3, y + h - 2 * w // 3), max(2, w // 8), label, -1, cv2.LINE_AA)
        else:  # Screen or telephone.
            cv2.rectangle(image, (x, y), (x + w, y + h), (25, 25, 28), -1)
            image[max(0, y + 4) : y + h - 4, max(0, x + 4) : max(0, x + w - 4)] = label
        if kind < 2 and rng.random() < 0.7:
            cv2.rectangle(image, (x, y + h // 2), (x + w, y + 3 * h // 4), label, -1)
    return image


_KINDS = ((photo, 0.57), (advert, 0.07), (gradient, 0.05), (room, 0.06), (street, 0.06), (studio, 0.08), (blobs, 0.06), (texture, 0.04), (flat, 0.04))


def background(rng: random.Random, width: int, height: int) -> Picture:
    """One picture of any kind, sometimes overlaid with fine-grained or broad shading noise."""
    make = rng.choices([k for k, _ in _KINDS], [w for _, w in _KINDS])[0]
    image = make(rng, width, height)
    if make is not photo and make is not flat and rng.random() < 0.7:
        amount = rng.uniform(0.1, 0.6)
        shading = (1 - amount) + 2 * amount * fractal_noise(rng, width, height, rng.choice((2, 4, 16)))
        image = np.clip(image * shading[..., None], 0, 255).astype(np.uint8)
    if rng.random() < 0.06:
        # Picture in picture: a second scene beside or over the first, as in interviews.
        w, h = int(width * rng.uniform(0.3, 0.6)), int(height * rng.uniform(0.3, 0.7))
        x, y = rng.randint(0, width - w), rng.randint(0, height - h)
        image[y : y + h, x : x + w] = background(rng, w, h)
    return np.ascontiguousarray(image)
