"""Runs the exported graph and decodes its rows; the reference for every other decoder of this model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import onnxruntime

from compose import letterbox
from labels import INPUT_HEIGHT_PX, INPUT_WIDTH_PX, STRIDES


@dataclass(frozen=True)
class Detection:
    """One found graphic: class number, confidence 0..1, x0 y0 x1 y1 in the picture's pixels."""

    label: int
    confidence: float
    xyxy: tuple[float, float, float, float]


def cells() -> np.ndarray:
    """float32[N,3] rows of cell x, cell y, stride, in the order of the output rows."""
    rows = []
    for s in STRIDES:
        for y in range(INPUT_HEIGHT_PX // s):
            rows += [(x, y, s) for x in range(INPUT_WIDTH_PX // s)]
    return np.array(rows, np.float32)


_CELLS = cells()


def decode(rows: np.ndarray, threshold: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows [N,12] to boxes [K,4] in input pixels, scores [K] and classes [K], above the threshold (YOLOX)."""
    label = rows[:, 5:].argmax(1)
    score = rows[:, 4] * rows[np.arange(len(rows)), 5 + label]
    keep = score > threshold
    o, grid, score, label = rows[keep], _CELLS[keep], score[keep], label[keep]
    stride = grid[:, 2:]
    centre = (o[:, :2] + grid[:, :2]) * stride
    half = np.exp(np.clip(o[:, 2:4], -6, 6)) * stride / 2
    return np.concatenate([centre - half, centre + half], 1), score, label


def suppress(boxes: np.ndarray, scores: np.ndarray, labels: np.ndarray, limit: float) -> list[int]:
    """Greedy non-maximum suppression within each class; rows kept, best first."""
    kept: list[int] = []
    area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    for i in np.argsort(-scores):
        for k in kept:
            if labels[k] != labels[i]:
                continue
            w = min(boxes[i, 2], boxes[k, 2]) - max(boxes[i, 0], boxes[k, 0])
            h = min(boxes[i, 3], boxes[k, 3]) - max(boxes[i, 1], boxes[k, 1])
            inter = max(0.0, w) * max(0.0, h)
            if inter > limit * (area[i] + area[k] - inter):
                break
        else:
            kept.append(int(i))
    return kept


class Session:
    """One loaded graph on one CPU thread."""

    def __init__(self, path: Path, threshold: float, nms_iou: float) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.threshold, self.nms_iou = threshold, nms_iou

    def rows(self, picture: np.ndarray) -> tuple[np.ndarray, float]:
        """The raw output [N,12] for uint8[H,W,3] RGB, and the letterbox scale."""
        boxed, scale = letterbox(picture)
        x = boxed.transpose(2, 0, 1)[None].astype(np.float32) / 255
        return self.session.run(None, {"images": x})[0][0], scale

    def detect(self, picture: np.ndarray) -> list[Detection]:
        """Graphics in one picture, uint8[H,W,3] RGB, best first."""
        rows, scale = self.rows(picture)
        boxes, scores, labels = decode(rows, self.threshold)
        boxes = np.clip(boxes / scale, 0, (picture.shape[1], picture.shape[0]) * 2)
        return [
            Detection(int(labels[i]), float(scores[i]), tuple(float(v) for v in boxes[i]))
            for i in suppress(boxes, scores, labels, self.nms_iou)
        ]


def read_picture(path: Path) -> np.ndarray:
    """A file as uint8[H,W,3] RGB."""
    return np.ascontiguousarray(cv2.imread(str(path))[..., ::-1])
