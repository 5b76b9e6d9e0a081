import { type ReceivedSplice, sectionText } from '../received-splice.ts';
import type { SegmentationDescriptor } from './segmentation-descriptor.ts';
import { segmentationTypeOf } from './segmentation-types.ts';
import type { SpliceInsert } from './splice-command.ts';
import type { SpliceSection } from './splice-section.ts';
import { addTicks, ticksToUs, unwrapTicks } from './splice-times.ts';

type Cue = ReceivedSplice['cue'];

/**
 * What a section says, one cue per splice_insert or per segmentation descriptor of a time_signal. Heartbeats (splice_null,
 * bandwidth_reservation) give none.
 * @param sourceUs programme clock when the section came, microseconds of the source
 */
export function spliceMessages(section: SpliceSection, bytes: Uint8Array, sourceUs: number): ReceivedSplice[] {
  const { command, ptsAdjustmentTicks } = section;
  const spliceUs = (ticks: number | undefined): number | null =>
    ticks === undefined ? null : unwrapTicks(addTicks(ticks, ptsAdjustmentTicks), sourceUs);
  const base = { ...silent, command: command.kind, section: sectionText(bytes) };
  if (command.kind === 'splice_insert') {
    const cue = { ...base, ...insertCue(command), ...describedBy(section.segmentations[0]) };
    return [{ kind: 'splice', sourceUs, spliceSourceUs: spliceUs(command.ptsTicks), cue }];
  }
  if (command.kind === 'time_signal') {
    const cues = section.segmentations.length === 0 ? [base] : section.segmentations.map((one) => ({ ...base, ...segmentationCue(one) }));
    return cues.map((cue) => ({ kind: 'splice', sourceUs, spliceSourceUs: spliceUs(command.ptsTicks), cue }));
  }
  const saysSomething = command.kind === 'private_command' || command.kind === 'splice_schedule';
  return saysSomething ? [{ kind: 'splice', sourceUs, spliceSourceUs: null, cue: base }] : [];
}

const silent: Cue = {
  direction: 'other',
  durationUs: null,
  autoReturn: false,
  spliceEventId: -1,
  carrier: 'scte35',
  command: '',
  segmentationType: -1,
  upid: '',
  section: '',
};

function insertCue(insert: SpliceInsert): Partial<Cue> {
  if (insert.cancelled) return { direction: 'cancel', spliceEventId: insert.eventId };
  return {
    direction: insert.outOfNetwork ? 'out' : 'in',
    durationUs: insert.breakDuration === undefined ? null : ticksToUs(insert.breakDuration.ticks),
    autoReturn: insert.breakDuration?.autoReturn ?? false,
    spliceEventId: insert.eventId,
  };
}

function segmentationCue(segmentation: SegmentationDescriptor): Partial<Cue> {
  if (segmentation.cancelled) return { direction: 'cancel', spliceEventId: segmentation.eventId };
  const { direction } = segmentationTypeOf(segmentation.typeId);
  const said = segmentation.durationTicks;
  return {
    direction,
    // The length that an end repeats is that of what is over.
    durationUs: said === undefined || direction === 'in' ? null : ticksToUs(said),
    spliceEventId: segmentation.eventId,
    ...describedBy(segmentation),
  };
}

function describedBy(segmentation: SegmentationDescriptor | undefined): Partial<Cue> {
  if (segmentation === undefined || segmentation.cancelled) return {};
  return { segmentationType: segmentation.typeId, upid: segmentation.upid };
}
