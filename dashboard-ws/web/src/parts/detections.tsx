import type { JSX } from 'preact';

import type { Channel } from '../live/store.ts';

/** What the detector found in the newest frame, best first. */
export function Detections({ channel }: { channel: Channel }): JSX.Element {
  const found = channel.detections?.detections ?? [];
  return (
    <section class="panel" aria-labelledby="found-title">
      <div class="panel__head">
        <h3 id="found-title" class="section-title">
          In the picture
        </h3>
        {channel.detections !== null && <span class="panel__count">{channel.detections.modelName}</span>}
      </div>
      {found.length === 0 ? (
        <p class="panel__empty">{channel.detections === null ? 'No detector has looked yet.' : 'Nothing found in the last frame.'}</p>
      ) : (
        <ul class="found">
          {found.slice(0, 8).map((detection, index) => (
            <li key={index}>
              <span>{detection.label.replaceAll(/[_-]/g, ' ')}</span>
              <meter min={0} max={1} value={detection.confidence} aria-label={`${detection.label} confidence`} />
              <span class="number">{Math.round(detection.confidence * 100)}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
