import type { JSX } from 'preact';

import type { LiveSignalsSummary } from '../../../../schemas/ws/events.ts';

const floorDbfs = -60;

/** Sound level of the last run of signals, from -60 dB full scale up. */
export function LevelMeter({ signals }: { signals: LiveSignalsSummary | undefined }): JSX.Element | null {
  if (signals === undefined || signals.rmsDbfs === null) return null;
  const share = Math.max(0, Math.min(1, 1 - signals.rmsDbfs / floorDbfs));
  const peak = Math.max(0, Math.min(1, 1 - (signals.peakDbfs ?? floorDbfs) / floorDbfs));
  return (
    <div
      class="level"
      role="img"
      aria-label={`Sound level ${Math.round(signals.rmsDbfs)} decibels full scale`}
      title={`${signals.rmsDbfs} dBFS RMS, ${signals.peakDbfs ?? '–'} peak`}
    >
      <div class="level__fill" style={{ clipPath: `inset(0 ${(1 - share) * 100}% 0 0)` }} />
      <div class="level__peak" style={{ left: `${peak * 100}%` }} />
    </div>
  );
}
