"""Renders training pictures into one flat file, in several processes, so that training never waits for drawing."""

from __future__ import annotations

import argparse
import random
from multiprocessing import Pool
from pathlib import Path

import cv2
import numpy as np

from compose import scene
from labels import INPUT_HEIGHT_PX, INPUT_WIDTH_PX

MAX_BOXES = 12
"""Boxes kept per picture; rows beyond the last box hold class -1."""


def render_one(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The picture of one seed and float32[MAX_BOXES,5] rows of class, x0, y0, x1, y1 in input pixels."""
    picture, boxes = scene(random.Random(seed))
    rows = np.full((MAX_BOXES, 5), -1, np.float32)
    for i, b in enumerate(boxes[:MAX_BOXES]):
        rows[i] = b.label, b.x0, b.y0, b.x1, b.y1
    return picture, rows


def _init() -> None:
    cv2.setNumThreads(1)


def render(folder: Path, count: int, first_seed: int, workers: int) -> None:
    """Writes `images.u8` (count pictures), `boxes.f32` and, while it runs, `done.txt` with the number finished."""
    folder.mkdir(parents=True, exist_ok=True)
    images = np.memmap(folder / "images.u8", np.uint8, "w+", shape=(count, INPUT_HEIGHT_PX, INPUT_WIDTH_PX, 3))
    boxes = np.memmap(folder / "boxes.f32", np.float32, "w+", shape=(count, MAX_BOXES, 5))
    with Pool(workers, _init) as pool:
        seeds = range(first_seed, first_seed + count)
        for i, (picture, rows) in enumerate(pool.imap(render_one, seeds, chunksize=16)):
            images[i], boxes[i] = picture, rows
            if (i + 1) % 200 == 0 or i + 1 == count:
                (folder / "done.txt").write_text(str(i + 1))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=24000)
    parser.add_argument("--first-seed", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    render(options.folder, options.count, options.first_seed, options.workers)
