"""Average precision, precision and recall of detections against labelled boxes."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from decode import Detection
from labels import LABELS, Box

MATCH_IOU = 0.5
THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
"""Confidence thresholds listed beside the shipped one, for who wants more recall or fewer mistakes."""


def overlap(d: Detection, b: Box) -> float:
    """IoU of a detection and a labelled box."""
    x0, y0, x1, y1 = d.xyxy
    w = min(x1, b.x1) - max(x0, b.x0)
    h = min(y1, b.y1) - max(y0, b.y0)
    inter = max(0.0, w) * max(0.0, h)
    return inter / max(1e-6, (x1 - x0) * (y1 - y0) + (b.x1 - b.x0) * (b.y1 - b.y0) - inter)


@dataclass
class Tally:
    """Collects pictures, then answers; detections must come with a low threshold for the precision curve."""

    hits: list[list[tuple[float, bool, float]]] = field(default_factory=lambda: [[] for _ in LABELS])
    counts: list[int] = field(default_factory=lambda: [0] * len(LABELS))
    pictures: int = 0

    def add(self, detections: list[Detection], boxes: list[Box]) -> None:
        """Matches one picture's detections, best first, each to the unused box of its class it overlaps most."""
        self.pictures += 1
        for b in boxes:
            self.counts[b.label] += 1
        free = list(boxes)
        for d in sorted(detections, key=lambda d: -d.confidence):
            rivals = [(overlap(d, b), i) for i, b in enumerate(free) if b.label == d.label]
            best, i = max(rivals, default=(0.0, -1))
            if best >= MATCH_IOU:
                free.pop(i)
            self.hits[d.label].append((d.confidence, best >= MATCH_IOU, best))

    def average_precision(self, label: int) -> float:
        """101-point interpolated AP at IoU 0.5, as COCO's (Lin et al., 2014)."""
        rows = sorted(self.hits[label], key=lambda r: -r[0])
        if not rows or not self.counts[label]:
            return 0.0
        good = np.cumsum([r[1] for r in rows])
        recall = good / self.counts[label]
        precision = np.maximum.accumulate((good / np.arange(1, len(rows) + 1))[::-1])[::-1]
        at = np.searchsorted(recall, np.linspace(0, 1, 101))
        return float(np.mean([precision[i] if i < len(precision) else 0.0 for i in at]))

    def at(self, threshold: float, label: int | None = None) -> tuple[float, float]:
        """Precision and recall at a confidence threshold, of one class or of all together."""
        labels = range(len(LABELS)) if label is None else (label,)
        rows = [r for k in labels for r in self.hits[k] if r[0] >= threshold]
        good, wanted = sum(r[1] for r in rows), sum(self.counts[k] for k in labels)
        return good / max(1, len(rows)), good / max(1, wanted)

    def mean_iou(self, threshold: float) -> float:
        """Mean IoU of the matched detections above a threshold."""
        values = [r[2] for rows in self.hits for r in rows if r[1] and r[0] >= threshold]
        return float(np.mean(values)) if values else 0.0

    def report(self, threshold: float) -> dict[str, object]:
        """Everything, rounded, for eval.json."""
        classes = {}
        for k, name in enumerate(LABELS):
            precision, recall = self.at(threshold, k)
            classes[name] = {
                "count": self.counts[k], "AP50": round(self.average_precision(k), 3),
                "precision": round(precision, 3), "recall": round(recall, 3),
            }
        precision, recall = self.at(threshold)
        return {
            "pictures": self.pictures, "threshold": threshold,
            "mAP50": round(float(np.mean([c["AP50"] for c in classes.values()])), 3),
            "precision": round(precision, 3), "recall": round(recall, 3),
            "meanIouOfMatches": round(self.mean_iou(threshold), 3),
            "precisionRecallAt": {str(t): [round(v, 3) for v in self.at(t)] for t in THRESHOLDS},
            "classes": classes,
        }
