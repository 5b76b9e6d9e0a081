#!/bin/sh
# Everything from nothing: environment, fonts, pictures, two training stages, export, measurement.
# usage: run.sh WORK_FOLDER [ASSETS_FOLDER]      (about 18 GB of disk, two CPU threads)
# STEPS1 and STEPS2 set the lengths of the stages; the defaults are those of the shipped model.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=${1:?usage: run.sh WORK_FOLDER [ASSETS_FOLDER]}
assets=${2:-}
mkdir -p "$work"
work=$(cd "$work" && pwd)
[ -z "$assets" ] || assets=$(cd "$assets" && pwd)
cd "$here"

[ -d "$work/venv" ] || python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --requirement requirements.txt
[ -d "$work/material/photographs" ] || ./fetch-fonts-and-photographs.sh "$work/material"
export FONT_DIR="$work/material/fonts" PHOTO_DIR="$work/material/photographs" PYTHONDONTWRITEBYTECODE=1
python="nice -n 10 $work/venv/bin/python"

$python render.py "$work/set1" --count 12000 --first-seed 1000000
$python train.py "$work/set1" --out "$work/stage1.pt" --steps "${STEPS1:-1569}"
$python render.py "$work/set2" --count 9200 --first-seed 2000000
$python train.py "$work/set1" "$work/set2" --start "$work/stage1.pt" --out "$work/stage2.pt" --steps "${STEPS2:-1663}"

$python export.py "$work/stage2.pt"
if [ -n "$assets" ]; then $python evaluate.py --assets "$assets"; else $python evaluate.py; fi
$python export.py
