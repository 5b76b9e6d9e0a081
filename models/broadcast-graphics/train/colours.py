"""Colours of graphics: random, but as a designer would pair them."""

from __future__ import annotations

import colorsys
import random

RGB = tuple[int, int, int]


def vivid(rng: random.Random) -> RGB:
    """A saturated colour, as station designs and advertisements use."""
    r, g, b = colorsys.hsv_to_rgb(rng.random(), rng.uniform(0.6, 1.0), rng.uniform(0.45, 1.0))
    return int(r * 255), int(g * 255), int(b * 255)


def any_colour(rng: random.Random) -> RGB:
    """Any colour, vivid, pale, dark or grey."""
    draw = rng.random()
    if draw < 0.35:
        return vivid(rng)
    if draw < 0.55:
        grey = rng.randint(0, 255)
        return grey, grey, grey
    return rng.randint(0, 255), rng.randint(0, 255), rng.randint(0, 255)


def scene_colour(rng: random.Random) -> RGB:
    """A colour of the filmed world: mostly muted, seldom vivid."""
    colour = any_colour(rng)
    if rng.random() < 0.2:
        return colour
    grey, keep = luma(colour), rng.uniform(0.15, 0.7)
    r, g, b = (int(grey + (c - grey) * keep) for c in colour)
    return r, g, b


def luma(colour: RGB) -> float:
    """Rec. 601 luma, 0..255."""
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]


def ink_on(rng: random.Random, ground: RGB) -> RGB:
    """A text colour that reads on `ground`."""
    if rng.random() < 0.75:
        return (255, 255, 255) if luma(ground) < 140 else (rng.randint(0, 40),) * 3
    for _ in range(12):
        colour = any_colour(rng)
        if abs(luma(colour) - luma(ground)) > 95:
            return colour
    return (255, 255, 255) if luma(ground) < 128 else (0, 0, 0)
