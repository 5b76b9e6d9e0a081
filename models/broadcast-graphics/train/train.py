"""Trains the detector on rendered pictures."""

from __future__ import annotations

import argparse
import copy
import math
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from labels import INPUT_HEIGHT_PX, INPUT_WIDTH_PX
from loss import detection_loss
from network import Detector, grid
from render import MAX_BOXES

SEED = 20_260
BATCH = 16


class Pictures:
    """Random batches out of one or more rendered folders; uses what is finished while rendering still runs."""

    def __init__(self, folders: list[Path], seed: int) -> None:
        self.folders = folders
        self.rng = np.random.default_rng(seed)
        self.parts: list[tuple[Path, np.ndarray, np.ndarray]] = []
        for folder in folders:
            boxes = np.memmap(folder / "boxes.f32", np.float32, "r").reshape(-1, MAX_BOXES, 5)
            images = np.memmap(folder / "images.u8", np.uint8, "r").reshape(-1, INPUT_HEIGHT_PX, INPUT_WIDTH_PX, 3)
            self.parts.append((folder, images, boxes))

    def batch(self) -> tuple[Tensor, Tensor]:
        """float32[16,3,H,W] RGB 0..1 with random brightness and contrast, and the padded boxes."""
        ready = [int((folder / "done.txt").read_text() or 0) for folder, _, _ in self.parts]
        images, boxes = [], []
        for k in self.rng.integers(0, sum(ready), BATCH):
            part = 0
            while k >= ready[part]:
                k, part = k - ready[part], part + 1
            images.append(self.parts[part][1][k])
            boxes.append(self.parts[part][2][k])
        x = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).float().div_(255)
        gain = torch.from_numpy(self.rng.uniform(0.8, 1.2, (BATCH, 1, 1, 1)).astype(np.float32))
        shift = torch.from_numpy(self.rng.uniform(-0.08, 0.08, (BATCH, 1, 1, 1)).astype(np.float32))
        x = x.mul_(gain).add_(shift).clamp_(0, 1)
        if self.rng.random() < 0.15:
            order = torch.from_numpy(self.rng.permutation(3))
            x = x[:, order]
        return x.contiguous(memory_format=torch.channels_last), torch.from_numpy(np.stack(boxes))


def train(folders: list[Path], out: Path, minutes: float, steps: int, threads: int, start: Path | None, peak_rate: float, compiled: bool) -> None:
    """AdamW with warm-up and cosine decay (Loshchilov and Hutter, 2017, 2019) and averaged weights, for `steps` steps or `minutes`."""
    torch.manual_seed(SEED)
    torch.set_num_threads(threads)
    net = Detector().to(memory_format=torch.channels_last)
    if start is not None:
        known, own = torch.load(start)["model"], net.state_dict()
        net.load_state_dict({k: known[k] if k in known and known[k].shape == v.shape else v for k, v in own.items()})
    average = copy.deepcopy(net).eval()
    forward = torch.compile(net) if compiled else net
    decayed = [p for p in net.parameters() if p.ndim > 1]
    plain = [p for p in net.parameters() if p.ndim <= 1]
    optimiser = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.03}, {"params": plain, "weight_decay": 0.0}], lr=peak_rate)
    cells, strides = grid()
    pictures = Pictures(folders, SEED + (0 if start is None else 1))
    begun, last_save, log = time.time(), time.time(), {}
    step = 0
    while step < steps:
        elapsed = (time.time() - begun) / 60
        progress = max(step / steps, elapsed / minutes)
        if progress >= 1:
            break
        rate = peak_rate * min(1.0, (step + 1) / 300) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * progress)))
        for group in optimiser.param_groups:
            group["lr"] = rate
        x, targets = pictures.batch()
        with torch.autocast("cpu", torch.bfloat16):
            raw = forward(x)
        loss, parts = detection_loss(raw, targets, cells, strides)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 10.0)
        optimiser.step()
        step += 1
        keep = min(0.998, (1 + step) / (10 + step))
        with torch.no_grad():
            for a, b in zip(average.state_dict().values(), net.state_dict().values()):
                a.lerp_(b, 1 - keep) if a.dtype.is_floating_point else a.copy_(b)
        for name, value in parts.items():
            log[name] = 0.98 * log.get(name, value) + 0.02 * value
        if step % 100 == 0:
            print(f"step {step} {elapsed:.1f} min rate {rate:.1e} " + " ".join(f"{k} {v:.3f}" for k, v in log.items()), flush=True)
        if time.time() - last_save > 60:
            torch.save({"model": average.state_dict(), "step": step}, out)
            last_save = time.time()
    torch.save({"model": average.state_dict(), "step": step, "minutes": (time.time() - begun) / 60}, out)
    print(f"finished after {step} steps, {(time.time() - begun) / 60:.1f} min", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=1e9, help="stop (and decay) by wall clock instead of by steps")
    parser.add_argument("--steps", type=int, default=9000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--start", type=Path, help="checkpoint to go on from")
    parser.add_argument("--peak-rate", type=float, default=2e-3)
    parser.add_argument("--compiled", action="store_true", help="fuse operations with torch.compile (needs a C++ compiler)")
    options = parser.parse_args()
    train(options.folders, options.out, options.minutes, options.steps, options.threads, options.start, options.peak_rate, options.compiled)
