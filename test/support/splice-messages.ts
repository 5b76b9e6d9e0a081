import type { SpliceMessage } from '../../schemas/events.generated.ts';

/** A splice cue out at second `atS` with event id 1, that came four seconds earlier; `overrides` change anything. */
export function spliceMessage(atS: number, overrides: Partial<SpliceMessage> = {}): SpliceMessage {
  return {
    ptsUs: (atS - 4) * 1e6,
    spliceUs: atS * 1e6,
    direction: 'out',
    durationUs: null,
    autoReturn: false,
    spliceEventId: 1,
    carrier: 'scte35',
    command: 'splice_insert',
    segmentationType: -1,
    upid: '',
    section: '',
    ...overrides,
  };
}
