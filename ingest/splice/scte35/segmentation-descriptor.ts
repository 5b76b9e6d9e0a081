import { BitReader } from './bit-reader.ts';
import { segmentationTypeOf } from './segmentation-types.ts';
import { upidText } from './upid.ts';

/** One segmentation_descriptor (SCTE 35 2023, 10.3.3). */
export interface SegmentationDescriptor {
  /** segmentation_event_id. */
  eventId: number;
  /** The earlier descriptor of this event is void; nothing else is filled then. */
  cancelled: boolean;
  /** Set when distribution is restricted (delivery_not_restricted_flag = 0). */
  restrictions: { webDeliveryAllowed: boolean; noRegionalBlackout: boolean; archiveAllowed: boolean; deviceRestrictions: number } | undefined;
  /** Elementary streams it is about with their offset, 90 kHz; empty when it is about the whole programme. */
  components: { tag: number; offsetTicks: number }[];
  /** 90 kHz; undefined when not said. */
  durationTicks: number | undefined;
  /** segmentation_upid_type of table 22. */
  upidType: number;
  /** Text of the segmentation_upid, hexadecimal where it is not text. */
  upid: string;
  /** segmentation_type_id of table 23. */
  typeId: number;
  segmentNumber: number;
  segmentsExpected: number;
  /** Undefined when the descriptor does not have them. */
  subSegments: { number: number; expected: number } | undefined;
}

const voidFields = {
  restrictions: undefined,
  components: [],
  durationTicks: undefined,
  upidType: 0,
  upid: '',
  typeId: -1,
  segmentNumber: 0,
  segmentsExpected: 0,
  subSegments: undefined,
};

/** Parses what follows the identifier `CUEI` of a segmentation_descriptor; undefined when it is damaged. */
export function parseSegmentationDescriptor(bytes: Uint8Array): SegmentationDescriptor | undefined {
  const bits = new BitReader(bytes);
  const eventId = bits.uint(32);
  const cancelled = bits.flag();
  bits.skip(7);
  if (bits.short) return undefined;
  if (cancelled) return { eventId, cancelled, ...voidFields };
  const wholeProgramme = bits.flag();
  const hasDuration = bits.flag();
  const unrestricted = bits.flag();
  const restrictions = readRestrictions(bits);
  const components = wholeProgramme ? [] : readComponents(bits);
  const durationTicks = hasDuration ? bits.uint(40) : undefined;
  const upidType = bits.uint(8);
  const upid = upidText(upidType, bits.take(bits.uint(8)));
  const typeId = bits.uint(8);
  const segmentNumber = bits.uint(8);
  const segmentsExpected = bits.uint(8);
  if (bits.short) return undefined;
  // Senders of older editions leave the two bytes out where newer ones have them.
  const subSegments =
    segmentationTypeOf(typeId).subSegments === true && bits.leftBytes >= 2 ? { number: bits.uint(8), expected: bits.uint(8) } : undefined;
  return {
    eventId,
    cancelled,
    restrictions: unrestricted ? undefined : restrictions,
    components,
    durationTicks,
    upidType,
    upid,
    typeId,
    segmentNumber,
    segmentsExpected,
    subSegments,
  };
}

function readRestrictions(bits: BitReader): NonNullable<SegmentationDescriptor['restrictions']> {
  return { webDeliveryAllowed: bits.flag(), noRegionalBlackout: bits.flag(), archiveAllowed: bits.flag(), deviceRestrictions: bits.uint(2) };
}

function readComponents(bits: BitReader): SegmentationDescriptor['components'] {
  const components: SegmentationDescriptor['components'] = [];
  for (let left = bits.uint(8); left > 0 && !bits.short; left -= 1) {
    const tag = bits.uint(8);
    bits.skip(7);
    components.push({ tag, offsetTicks: bits.uint(33) });
  }
  return components;
}
