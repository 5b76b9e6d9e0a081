"""The network: a small convolutional backbone, a top-down pyramid and one head shared by three strides.

Residual bottlenecks: He et al., Deep Residual Learning, 2016. Pooling pyramid: SPPF of YOLOv5 after He et al.,
Spatial Pyramid Pooling, 2014. Feature pyramid: Lin et al., Feature Pyramid Networks, 2017. Shared anchor-free head:
Tian et al., FCOS, 2019. Output rows and their decoding: Ge et al., YOLOX, 2021.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from labels import INPUT_HEIGHT_PX, INPUT_WIDTH_PX, LABELS, STRIDES


def conv(inputs: int, outputs: int, kernel: int = 3, stride: int = 1, groups: int = 1) -> nn.Sequential:
    """Convolution, batch normalisation, ReLU."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class Bottleneck(nn.Module):
    """1x1 down to half the channels, 3x3 back up, added to the input."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(conv(channels, channels // 2, 1), conv(channels // 2, channels))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.body(x)


class PoolingPyramid(nn.Module):
    """Three chained 5x5 maximum pools, so that a cell sees most of the picture."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.reduce = conv(channels, channels // 2, 1)
        self.merge = conv(channels * 2, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        parts = [self.reduce(x)]
        for _ in range(3):
            parts.append(F.max_pool2d(parts[-1], 5, 1, 2))
        return self.merge(torch.cat(parts, 1))


class Detector(nn.Module):
    """float32[B,3,288,512] RGB 0..1 to logits float32[B,3024,12]: x, y, log w, log h, objectness, seven classes."""

    def __init__(self, widths: tuple[int, ...] = (16, 32, 48, 72, 112), neck: int = 48) -> None:
        super().__init__()
        c1, c2, c3, c4, c5 = widths
        self.stem = conv(3, c1, 3, 2)
        self.stage4 = nn.Sequential(conv(c1, c2, 3, 2), Bottleneck(c2))
        self.stage8 = nn.Sequential(conv(c2, c3, 3, 2), Bottleneck(c3), Bottleneck(c3))
        self.stage16 = nn.Sequential(conv(c3, c4, 3, 2), Bottleneck(c4), Bottleneck(c4))
        self.stage32 = nn.Sequential(conv(c4, c5, 3, 2), PoolingPyramid(c5), Bottleneck(c5))
        self.lateral8, self.lateral16, self.lateral32 = conv(c3, neck, 1), conv(c4, neck, 1), conv(c5, neck, 1)
        self.smooth8, self.smooth16, self.smooth32 = Bottleneck(neck), Bottleneck(neck), Bottleneck(neck)
        self.tower = Bottleneck(neck)
        self.box = nn.Conv2d(neck, 5, 1)
        self.classes = nn.Conv2d(neck, len(LABELS), 1)
        prior = -math.log((1 - 0.01) / 0.01)  # Focal loss paper (Lin et al., 2017), section 4.1.
        nn.init.zeros_(self.box.bias)
        nn.init.constant_(self.box.bias[4:], prior)
        nn.init.constant_(self.classes.bias, -1.5)
        with torch.no_grad():
            self.box.bias[:4] = torch.tensor([0.5, 0.5, 1.0, 0.7])

    def forward(self, x: Tensor) -> Tensor:
        p8 = self.stage8(self.stage4(self.stem(x)))
        p16 = self.stage16(p8)
        p32 = self.lateral32(self.stage32(p16))
        p16 = self.smooth16(self.lateral16(p16) + F.interpolate(p32, scale_factor=2.0, mode="nearest"))
        p8 = self.smooth8(self.lateral8(p8) + F.interpolate(p16, scale_factor=2.0, mode="nearest"))
        rows = []
        for level in (p8, p16, self.smooth32(p32)):
            level = self.tower(level)
            rows.append(torch.cat([self.box(level), self.classes(level)], 1).flatten(2))
        return torch.cat(rows, 2).transpose(1, 2)


def grid() -> tuple[Tensor, Tensor]:
    """float32[N,2] cell numbers (x, y) and float32[N,1] strides, in the order of the output rows."""
    cells, strides = [], []
    for s in STRIDES:
        h, w = INPUT_HEIGHT_PX // s, INPUT_WIDTH_PX // s
        ys, xs = torch.meshgrid(torch.arange(h), torch.arange(w), indexing="ij")
        cells.append(torch.stack([xs, ys], -1).reshape(-1, 2).float())
        strides.append(torch.full((h * w, 1), float(s)))
    return torch.cat(cells), torch.cat(strides)


def decode_boxes(raw: Tensor, cells: Tensor, strides: Tensor) -> Tensor:
    """Output rows [...,N,>=4] to boxes [...,N,4] as x0, y0, x1, y1 in input pixels."""
    centre = (raw[..., :2] + cells) * strides
    half = raw[..., 2:4].clamp(-6, 6).exp() * strides / 2
    return torch.cat([centre - half, centre + half], -1)
