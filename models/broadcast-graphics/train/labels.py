"""Names and sizes that the generator, the network and the exporter share."""

from __future__ import annotations

from dataclasses import dataclass

LABELS: tuple[str, ...] = (
    "channel-logo",
    "lower-third",
    "ticker",
    "qr-code",
    "price-tag",
    "clock",
    "subtitle",
)
"""Class names; the index in this tuple is the class number everywhere."""

INPUT_WIDTH_PX, INPUT_HEIGHT_PX = 512, 288
"""Network input; exactly 16:9, and both sides divide by the coarsest stride."""

STRIDES: tuple[int, ...] = (8, 16, 32)
"""Output strides, finest first: the order of the rows in the model's output."""

PAD_VALUE = 114
"""Grey level (0..255) of the letterbox border, as YOLOX uses it."""


@dataclass(frozen=True)
class Box:
    """One labelled graphic: class number and pixel edges `x0 < x1`, `y0 < y1`."""

    label: int
    x0: float
    y0: float
    x1: float
    y1: float

    def moved(self, dx: float, dy: float) -> "Box":
        """The same box shifted by `(dx, dy)` pixels."""
        return Box(self.label, self.x0 + dx, self.y0 + dy, self.x1 + dx, self.y1 + dy)

    def scaled(self, factor: float) -> "Box":
        """The same box after its picture was resized by `factor`."""
        return Box(self.label, self.x0 * factor, self.y0 * factor, self.x1 * factor, self.y1 * factor)

    def clipped(self, width: float, height: float) -> "Box":
        """The part of the box that lies inside a `width` x `height` picture."""
        return Box(
            self.label,
            min(max(self.x0, 0.0), width),
            min(max(self.y0, 0.0), height),
            min(max(self.x1, 0.0), width),
            min(max(self.y1, 0.0), height),
        )
