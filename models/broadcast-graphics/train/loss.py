"""Which cells answer for which box, and what their answers cost.

Assignment: task-aligned, Feng et al., TOOD, 2021 (alignment = score^0.5 * IoU^4, the ten best cells of a box), among the
cells near the box's centre, Tian et al., FCOS, 2019 (centre sampling). Box loss: Zheng et al., Distance-IoU (the
complete form), 2020. Objectness: Zhang et al., VarifocalNet, 2021, with the overlap as its soft target.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from labels import LABELS
from network import decode_boxes

TOP_CELLS = 10
CENTRE_RADIUS = 2.0
"""Candidate cells lie at most this many strides from the box's centre."""


def iou(a: Tensor, b: Tensor) -> Tensor:
    """Overlap of boxes of broadcastable shapes [...,4]."""
    low, high = torch.maximum(a[..., :2], b[..., :2]), torch.minimum(a[..., 2:], b[..., 2:])
    inter = (high - low).clamp(min=0).prod(-1)
    union = (a[..., 2:] - a[..., :2]).prod(-1) + (b[..., 2:] - b[..., :2]).prod(-1) - inter
    return inter / union.clamp(min=1e-6)


def ciou(a: Tensor, b: Tensor) -> Tensor:
    """Complete IoU of row-wise paired boxes [K,4]."""
    overlap = iou(a, b)
    hull = torch.maximum(a[:, 2:], b[:, 2:]) - torch.minimum(a[:, :2], b[:, :2])
    distance = ((a[:, :2] + a[:, 2:] - b[:, :2] - b[:, 2:]) ** 2).sum(-1) / 4
    wa, wb = (a[:, 2:] - a[:, :2]).clamp(min=1e-3), (b[:, 2:] - b[:, :2]).clamp(min=1e-3)
    v = (4 / math.pi**2) * (torch.atan(wb[:, 0] / wb[:, 1]) - torch.atan(wa[:, 0] / wa[:, 1])) ** 2
    with torch.no_grad():
        weight = v / (1 - overlap + v).clamp(min=1e-6)
    return overlap - distance / (hull**2).sum(-1).clamp(min=1e-6) - weight * v


@torch.no_grad()
def assign(scores: Tensor, boxes: Tensor, targets: Tensor, cells: Tensor, strides: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Matches cells to boxes.

    `scores` [B,N,C], `boxes` [B,N,4] are predictions, `targets` [B,M,5] rows of class (-1: none) and edges.
    Gives per cell: whether it answers [B,N], for which row [B,N], and how good its answer should be [B,N].
    """
    valid = targets[..., 0] >= 0
    edges = targets[..., 1:]
    overlap = iou(edges[:, :, None], boxes[:, None])
    label = targets[..., 0].clamp(min=0).long()
    score = torch.gather(scores.transpose(1, 2), 1, label[..., None].expand(-1, -1, scores.shape[1]))
    centres = (edges[..., :2] + edges[..., 2:]) / 2
    points = (cells + 0.5) * strides
    near = ((points - centres[:, :, None]).abs() / strides).amax(-1) < CENTRE_RADIUS
    near &= valid[..., None]
    metric = (score.sqrt() * overlap.pow(4) + 1e-9) * near
    top, index = metric.topk(TOP_CELLS, -1)
    chosen = torch.zeros_like(near).scatter_(2, index, top > 0)
    rival = torch.where(chosen, metric, torch.zeros_like(metric))
    best, row = rival.max(1)
    positive = best > 0
    own = chosen & (torch.arange(targets.shape[1], device=row.device)[None, :, None] == row[:, None])
    quality = rival * own
    peak, reach = quality.amax(2, keepdim=True), (overlap * own).amax(2, keepdim=True)
    quality = (quality / peak.clamp(min=1e-12) * reach).amax(1)
    return positive, row, quality


def detection_loss(raw: Tensor, targets: Tensor, cells: Tensor, strides: Tensor) -> tuple[Tensor, dict[str, float]]:
    """Total loss of one batch and its parts; `raw` [B,N,12] are logits, `targets` [B,M,5]."""
    raw = raw.float()
    boxes = decode_boxes(raw, cells, strides)
    objectness, classes = raw[..., 4], raw[..., 5:]
    scores = classes.detach().sigmoid() * objectness.detach().sigmoid()[..., None]
    positive, row, quality = assign(scores, boxes.detach(), targets, cells, strides)
    total = quality.sum().clamp(min=1.0)
    p = objectness.detach().sigmoid()
    # A floor under the wanted score keeps thin boxes, whose overlap is small at first, from being taught as nothing.
    wanted = torch.where(positive, quality.clamp(min=0.2), quality)
    weight = torch.where(positive, wanted, 0.75 * p.pow(2))
    loss_object = (F.binary_cross_entropy_with_logits(objectness, wanted, reduction="none") * weight).sum() / total
    matched = torch.gather(targets, 1, row[..., None].expand(-1, -1, 5))[positive]
    share = wanted[positive]
    onehot = F.one_hot(matched[:, 0].long().clamp(min=0), len(LABELS)).float()
    loss_class = (F.binary_cross_entropy_with_logits(classes[positive], onehot, reduction="none").sum(-1) * share).sum() / total
    loss_box = ((1 - ciou(boxes[positive], matched[:, 1:])) * share).sum() / total
    loss = loss_object + loss_class + 3.0 * loss_box
    return loss, {"object": loss_object.item(), "class": loss_class.item(), "box": loss_box.item(), "cells": positive.sum().item() / len(raw)}
