"""Measures the exported model: generated pictures, graphics over real photographs, and real pictures without graphics."""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from compose import picture_with_graphics, scene
from decode import Session, read_picture
from export import CONFIDENCE, NMS_IOU
from labels import LABELS
from metrics import THRESHOLDS, Tally

CHOICE_SEED, SYNTHETIC_SEED, REAL_SEED = 890_000_000, 900_000_000, 910_000_000
IMAGE_FOLDERS = ("coco64/images", "jetson", "rooms_places365", "coral", "faces", "sam2", "products_grocery")
FRAMES_PER_VIDEO = 10
LOW = 0.02


def video_frames(path: Path, count: int) -> Iterator[np.ndarray]:
    """`count` frames spread evenly over a video, RGB."""
    video = cv2.VideoCapture(str(path))
    total = int(video.get(cv2.CAP_PROP_FRAME_COUNT))
    for i in range(count):
        video.set(cv2.CAP_PROP_POS_FRAMES, int((i + 0.5) * total / count))
        ok, frame = video.read()
        if ok:
            yield np.ascontiguousarray(frame[..., ::-1])


def real_pictures(assets: Path, per_folder: int) -> dict[str, list[np.ndarray]]:
    """Real pictures by folder and by video, without any graphic added."""
    sets: dict[str, list[np.ndarray]] = {}
    for name in IMAGE_FOLDERS:
        files = sorted(p for p in (assets / "images" / name).rglob("*") if p.suffix.lower() in (".jpg", ".jpeg", ".png"))
        chosen = files if len(files) <= per_folder else files[:: len(files) // per_folder + 1]
        sets[name.split("/")[0]] = [read_picture(p) for p in chosen]
    for path in sorted((assets / "videos").glob("*.mp4")):
        sets[path.stem] = list(video_frames(path, FRAMES_PER_VIDEO))
    return {k: v for k, v in sets.items() if v}


def as_broadcast(rng: random.Random, picture: np.ndarray) -> np.ndarray:
    """Three times in four a 16:9 cut at a television size, else the whole picture at 360 to 720 lines."""
    h, w = picture.shape[:2]
    lines = rng.choice((360, 360, 480, 576, 720))
    if rng.random() < 0.75:
        if w * 9 > h * 16:
            cut = h * 16 // 9
            x = (w - cut) // 2
            picture = picture[:, x : x + cut]
        else:
            cut = w * 9 // 16
            y = rng.randint(0, h - cut)
            picture = picture[y : y + cut]
        return cv2.resize(picture, (lines * 16 // 9, lines), interpolation=cv2.INTER_AREA if h > lines else cv2.INTER_CUBIC)
    return cv2.resize(picture, (max(240, round(w * lines / h)), lines), interpolation=cv2.INTER_AREA)


def synthetic(session: Session, count: int, threshold: float, first_seed: int = SYNTHETIC_SEED) -> dict[str, object]:
    """Pictures of the generator whose seeds were never trained on."""
    tally = Tally()
    for i in range(count):
        picture, boxes = scene(random.Random(first_seed + i))
        tally.add(session.detect(picture), boxes)
    return tally.report(threshold)


def composited(session: Session, pictures: list[np.ndarray], count: int, threshold: float) -> dict[str, object]:
    """Graphics in fonts never trained on, over real pictures never trained on."""
    tally = Tally()
    for i in range(count):
        rng = random.Random(REAL_SEED + i)
        base = as_broadcast(rng, pictures[rng.randrange(len(pictures))])
        picture, boxes = picture_with_graphics(rng, base, held_out_fonts=True)
        tally.add(session.detect(picture), boxes)
    return tally.report(threshold)


def false_positives(session: Session, sets: dict[str, list[np.ndarray]], threshold: float) -> dict[str, object]:
    """What is found in real pictures without broadcast graphics: above the threshold by source and class, and in all at others."""
    sources, classes, pictures = {}, {name: 0 for name in LABELS}, 0
    scores: list[float] = []
    for name, images in sets.items():
        all_found = [session.detect(image) for image in images]
        scores += [d.confidence for ds in all_found for d in ds]
        found = [[d for d in ds if d.confidence >= threshold] for ds in all_found]
        for d in (d for ds in found for d in ds):
            classes[LABELS[d.label]] += 1
        pictures += len(images)
        sources[name] = {
            "pictures": len(images), "falsePositives": sum(map(len, found)),
            "picturesWithAny": sum(bool(f) for f in found),
        }
    total = sum(s["falsePositives"] for s in sources.values())
    return {
        "pictures": pictures, "threshold": threshold, "falsePositivesPerPicture": round(total / max(1, pictures), 3),
        "picturesWithAny": round(sum(s["picturesWithAny"] for s in sources.values()) / max(1, pictures), 3),
        "falsePositivesPerPictureAt": {str(t): round(sum(s >= t for s in scores) / max(1, pictures), 3) for t in THRESHOLDS},
        "classes": classes, "sources": sources,
    }


def latency_ms(session: Session) -> dict[str, float]:
    """Median and fastest of 60 runs of the graph on one thread, milliseconds."""
    x = np.random.default_rng(0).random((1, 3, 288, 512), np.float32)
    times = []
    for _ in range(60):
        begun = time.perf_counter()
        session.session.run(None, {"images": x})
        times.append((time.perf_counter() - begun) * 1000)
    return {"median": round(statistics.median(times), 2), "fastest": round(min(times), 2)}


if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=here.parent / "model.onnx")
    parser.add_argument("--assets", type=Path, help="folder with images/ and videos/; without it only (a) is measured")
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--threshold", type=float, default=CONFIDENCE)
    parser.add_argument("--choose", action="store_true", help="print precision and recall by threshold on the seeds kept for choosing it")
    parser.add_argument("--out", type=Path, default=here / "eval.json")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    if options.choose:
        print(json.dumps(synthetic(Session(options.model, LOW, NMS_IOU), 400, CONFIDENCE, CHOICE_SEED), indent=1))
        raise SystemExit
    low, shipped = Session(options.model, LOW, NMS_IOU), Session(options.model, options.threshold, NMS_IOU)
    report: dict[str, object] = {"latencyMsOneThread": latency_ms(shipped)}
    parts = report["sets"] = {"synthetic": synthetic(low, options.count, options.threshold)}
    if options.assets:
        real = real_pictures(options.assets, 150)
        parts["realComposited"] = composited(low, [p for ps in real.values() for p in ps], options.count, options.threshold)
        parts["realWithoutGraphics"] = false_positives(low, real, options.threshold)
    options.out.write_text(json.dumps(report, indent=1) + "\n")
    for name, part in parts.items():
        print(name, {k: v for k, v in part.items() if k not in ("classes", "sources")})
        for label, row in part["classes"].items():
            print("   ", label, row)
    print(report["latencyMsOneThread"])
