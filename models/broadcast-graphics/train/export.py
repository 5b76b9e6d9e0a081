"""Writes model.onnx, golden.jpg and model.yaml from a checkpoint."""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import warnings
from pathlib import Path

import cv2
import numpy as np
import onnx
import torch
import yaml
from torch import Tensor, nn

from compose import overlay
from backgrounds import studio
from decode import Session
from draw_ads import price_tag, qr_code
from draw_bars import lower_third, ticker
from draw_clock import clock
from draw_logo import channel_logo
from graphic import Frame
from labels import INPUT_HEIGHT_PX, INPUT_WIDTH_PX, LABELS, PAD_VALUE, STRIDES
from network import Detector

VERSION = "1.1.0"
CONFIDENCE = 0.5
NMS_IOU = 0.5
GOLDEN_SEED = 139


class Exported(nn.Module):
    """The detector with its sigmoids inside, so that rows are those of YOLOX: four raw offsets, then probabilities."""

    def __init__(self, net: Detector) -> None:
        super().__init__()
        self.net = net

    def forward(self, images: Tensor) -> Tensor:
        raw = self.net(images)
        return torch.cat([raw[..., :4], raw[..., 4:].sigmoid()], -1)


def write_onnx(checkpoint: Path, path: Path) -> None:
    """Exports with batch normalisation folded into the convolutions; opset 17, static shapes, checked."""
    net = Detector()
    net.load_state_dict(torch.load(checkpoint)["model"])
    picture = torch.zeros(1, 3, INPUT_HEIGHT_PX, INPUT_WIDTH_PX)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Exported(net).eval(), (picture,), str(path), opset_version=17, dynamo=False,
            input_names=["images"], output_names=["output"],
        )
    model = onnx.load(path)
    onnx.checker.check_model(model)
    model.producer_name = "sightline broadcast-graphics"
    model.metadata_props.add(key="labels", value=json.dumps(LABELS))
    onnx.save(model, path)


def write_golden(path: Path) -> None:
    """One generated 640x360 picture with every kind of graphic but subtitles, as JPEG."""
    rng = random.Random(GOLDEN_SEED)
    frame = Frame(640, 360)
    picture = cv2.GaussianBlur(studio(rng, 640, 360), (0, 0), 1.2)
    placed, order = [], (ticker, lower_third, channel_logo, clock, qr_code, price_tag)
    for draw in order:
        for _ in range(200):
            graphic = draw(rng, frame)
            box = graphic.x, graphic.y, graphic.x + graphic.patch.width, graphic.y + graphic.patch.height
            if graphic.patch.getchannel("A").getextrema()[1] < 250 or graphic.patch.height > 130:
                continue
            if all(box[2] + 12 < o[0] or o[2] + 12 < box[0] or box[3] + 6 < o[1] or o[3] + 6 < box[1] for o in placed):
                placed.append(box)
                overlay(picture, [graphic])
                break
    cv2.imwrite(str(path), picture[..., ::-1], [int(cv2.IMWRITE_JPEG_QUALITY), 88])


def write_yaml(folder: Path, accuracy: dict[str, object]) -> None:
    """The description the model registry reads, with what the exported graph finds in the golden picture."""
    data = (folder / "model.onnx").read_bytes()
    picture = cv2.imread(str(folder / "golden.jpg"))[..., ::-1]
    found = Session(folder / "model.onnx", CONFIDENCE, NMS_IOU).detect(np.ascontiguousarray(picture))
    description = {
        "name": "broadcast-graphics",
        "version": VERSION,
        "description": "Finds broadcast graphics: channel logos, lower thirds, tickers, QR codes, price tags, clocks, subtitles.",
        "task": "detect",
        "file": "model.onnx",
        "sha256": hashlib.sha256(data).hexdigest(),
        "sizeBytes": len(data),
        "licence": "Apache-2.0",
        "source": "trained in this repository: models/broadcast-graphics/train",
        "input": {
            "name": "images", "layout": "nchw", "dtype": "float32",
            "widthPx": INPUT_WIDTH_PX, "heightPx": INPUT_HEIGHT_PX, "colour": "rgb",
            "resize": "letterbox-top-left", "padValue": PAD_VALUE,
            "scale": 1 / 255, "mean": [0.0, 0.0, 0.0], "std": [1.0, 1.0, 1.0],
        },
        "output": {
            "decoder": "yolox", "nmsIou": NMS_IOU,
            "confidenceThreshold": CONFIDENCE, "strides": list(STRIDES),
        },
        "labels": list(LABELS),
        "golden": {
            "input": "golden.jpg",
            "expected": [
                {"label": LABELS[d.label], "confidence": round(d.confidence, 3), "xyxyPx": [round(v, 1) for v in d.xyxy]}
                for d in found
            ],
            "tolerances": {"confidence": 0.1, "boxPx": 5},
        },
        "accuracy": accuracy,
    }
    text = yaml.safe_dump(description, sort_keys=False, default_flow_style=None, width=110)
    (folder / "model.yaml").write_text("# Written by train/export.py; what each number means is in MODEL.md.\n" + text)


def accuracy_summary(evaluation: Path) -> dict[str, object]:
    """The few numbers of eval.json that belong into model.yaml."""
    if not evaluation.exists():
        return {}
    report = json.loads(evaluation.read_text())
    out: dict[str, object] = {"measuredBy": "train/evaluate.py"}
    for name, part in report["sets"].items():
        if "mAP50" in part:
            out[name] = {"mAP50": part["mAP50"], "precision": part["precision"], "recall": part["recall"]}
        else:
            out[name] = {"falsePositivesPerPicture": part["falsePositivesPerPicture"]}
    return out


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path, nargs="?", help="without one only model.yaml is written anew")
    parser.add_argument("--folder", type=Path, default=Path(__file__).resolve().parent.parent)
    options = parser.parse_args()
    if options.checkpoint:
        write_onnx(options.checkpoint, options.folder / "model.onnx")
        write_golden(options.folder / "golden.jpg")
    write_yaml(options.folder, accuracy_summary(options.folder / "train" / "eval.json"))
