import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

import { percent } from '../format.ts';
import type { LiveDetection, LiveDetections, LiveFrame } from '../../../../schemas/ws/events.ts';

const hues = ['#5ee0c0', '#7cc4ff', '#c9a7ff', '#ff9ecb', '#b8e986', '#9ad0ec', '#f3b3ff'];
const shownBoxes = 30;

/**
 * The live picture with its boxes. A picture is fetched and decoded aside and only then shown, one at a time and always the newest, so it
 * never flickers and a slow line never builds a queue. Boxes found in an older picture are shown faded until the new ones come.
 */
export function Picture({ frame, detections, alt }: { frame: LiveFrame | null; detections: LiveDetections | null; alt: string }): JSX.Element {
  const shown = useNewestPicture(frame);
  const ratio = frame === null || frame.sourceHeightPx === 0 ? 16 / 9 : frame.sourceWidthPx / frame.sourceHeightPx;
  const current = detections !== null && shown !== null && detections.frameEventId === shown.eventId;
  // Boxes of the picture that is still loading belong to what comes, boxes long gone to nothing.
  const near = detections !== null && shown !== null && detections.epoch === shown.epoch && Math.abs(detections.ptsUs - shown.ptsUs) < 5_000_000;
  return (
    <div class="picture">
      {shown === null ? (
        <p class="picture__none">{frame === null ? 'No picture yet' : 'Loading picture'}</p>
      ) : (
        <div class="picture__stage" style={{ aspectRatio: String(ratio), width: `min(100cqw, calc(100cqh * ${ratio}))` }}>
          <img src={shown.url} alt={alt} decoding="sync" data-frame={shown.eventId} />
          {detections !== null && (current || near) && (
            <div class={current ? 'boxes' : 'boxes boxes--old'} aria-hidden="true">
              {detections.detections.slice(0, shownBoxes).map((found, index) => (
                <Box key={index} found={found} widthPx={detections.sourceWidthPx} heightPx={detections.sourceHeightPx} />
              ))}
            </div>
          )}
        </div>
      )}
    </div>
  );
}

function Box({ found, widthPx, heightPx }: { found: LiveDetection; widthPx: number; heightPx: number }): JSX.Element {
  const box = boxPlace(found.xyxyPx, widthPx, heightPx);
  const hue = hues[hash(found.label) % hues.length] ?? hues[0] ?? '';
  return (
    <div
      class={box.topPct < 8 ? 'box box--label-below' : 'box'}
      data-label={found.label}
      style={{ left: `${box.leftPct}%`, top: `${box.topPct}%`, width: `${box.widthPct}%`, height: `${box.heightPct}%`, color: hue }}
    >
      <span class={box.leftPct > 70 ? 'box__label box__label--right' : 'box__label'}>
        {found.label.replaceAll(/[_-]/g, ' ')} <b>{percent(found.confidence)}</b>
      </span>
    </div>
  );
}

/** Place of a box in per cent of the picture, cut to the picture. */
function boxPlace(
  [x1, y1, x2, y2]: LiveDetection['xyxyPx'],
  widthPx: number,
  heightPx: number,
): { leftPct: number; topPct: number; widthPct: number; heightPct: number } {
  const part = (value: number, whole: number): number => (whole <= 0 ? 0 : Math.min(100, Math.max(0, (value / whole) * 100)));
  const leftPct = part(x1, widthPx);
  const topPct = part(y1, heightPx);
  return { leftPct, topPct, widthPct: Math.max(0, part(x2, widthPx) - leftPct), heightPct: Math.max(0, part(y2, heightPx) - topPct) };
}

interface ShownPicture {
  eventId: string;
  epoch: number;
  ptsUs: number;
  url: string;
}

function useNewestPicture(frame: LiveFrame | null): ShownPicture | null {
  const [shown, setShown] = useState<ShownPicture | null>(null);
  const wanted = useRef<LiveFrame | null>(null);
  const loading = useRef(false);
  const mounted = useRef(true);
  useEffect(() => {
    mounted.current = true;
    return () => {
      mounted.current = false;
    };
  }, []);
  useEffect(() => {
    wanted.current = frame;
    if (loading.current) return;
    const load = async (): Promise<void> => {
      loading.current = true;
      let last: string | undefined;
      while (wanted.current !== null && wanted.current.eventId !== last && mounted.current && !document.hidden) {
        const { eventId, epoch, ptsUs, streamId } = wanted.current;
        last = eventId;
        const url = `/api/v1/streams/${encodeURIComponent(streamId)}/frame.jpg?frame=${encodeURIComponent(eventId)}`;
        const image = new Image();
        image.src = url;
        const ok = await image.decode().then(
          () => true,
          () => false,
        );
        if (ok && mounted.current) setShown({ eventId, epoch, ptsUs, url });
      }
      loading.current = false;
    };
    void load();
  }, [frame?.eventId]);
  return shown;
}

function hash(text: string): number {
  let value = 0;
  for (let index = 0; index < text.length; index += 1) value = (value * 31 + text.charCodeAt(index)) >>> 0;
  return value;
}
