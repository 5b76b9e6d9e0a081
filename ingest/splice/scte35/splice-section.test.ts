import { describe, expect, test } from 'vitest';

import {
  type InsertFields,
  descriptor,
  encodeInsert,
  encodeSection,
  encodeSegmentation,
  insertSection,
  signalSection,
} from '../../../test/support/splice-encoder.ts';
import type { SpliceInsert } from './splice-command.ts';
import { type SpliceSection, parseSpliceSection } from './splice-section.ts';

function parsed(bytes: Uint8Array): SpliceSection {
  const result = parseSpliceSection(bytes);
  if (!result.ok) throw new Error(`refused: ${result.refusal}`);
  return result.section;
}

function insertOf(bytes: Uint8Array): SpliceInsert {
  const { command } = parsed(bytes);
  if (command.kind !== 'splice_insert') throw new Error(`it is a ${command.kind}`);
  return command;
}

/** Sample messages of the standard (SCTE 35 2023, clause 14). */
const samples = {
  opportunityStart: '/DA0AAAAAAAA///wBQb+cr0AUAAeAhxDVUVJSAAAjn/PAAGlmbAICAAAAAAsoKGKNAIAmsnRfg==',
  insert: '/DAvAAAAAAAA///wFAVIAACPf+/+c2nALv4AUsz1AAAAAAAKAAhDVUVJAAABNWLbowo=',
  opportunityEnd: '/DAvAAAAAAAA///wBQb+dGKQoAAZAhdDVUVJSAAAjn+fCAgAAAAALKChijUCAKnMZ1g=',
  programmes: '/DBIAAAAAAAA///wBQb+ek2ItgAyAhdDVUVJSAAAGH+fCAgAAAAALMvDRBEAAAIXQ1VFSUgAABl/nwgIAAAAACyk26AQAACZcuND',
};

describe('the samples of the standard', () => {
  test('splice_insert with a duration and an avail descriptor', () => {
    const insert = insertOf(Buffer.from(samples.insert, 'base64'));
    expect(insert).toMatchObject({ eventId: 0x4800008f, outOfNetwork: true, immediate: false, ptsTicks: 0x07369c02e });
    expect(insert.breakDuration).toEqual({ autoReturn: true, ticks: 0x00052ccf5 });
    expect(parsed(Buffer.from(samples.insert, 'base64')).segmentations).toEqual([]);
  });

  test('time_signal with the start and the end of a placement opportunity', () => {
    const start = parsed(Buffer.from(samples.opportunityStart, 'base64'));
    expect(start.command).toEqual({ kind: 'time_signal', ptsTicks: 0x072bd0050 });
    expect(start.segmentations).toEqual([
      expect.objectContaining({
        eventId: 0x4800008e,
        typeId: 0x34,
        durationTicks: 0x0001a599b0,
        upidType: 8,
        upid: '000000002ca0a18a',
        segmentNumber: 2,
        segmentsExpected: 0,
      }),
    ]);
    const end = parsed(Buffer.from(samples.opportunityEnd, 'base64'));
    expect(end.segmentations.map(({ typeId, durationTicks }) => ({ typeId, durationTicks }))).toEqual([{ typeId: 0x35, durationTicks: undefined }]);
    expect(end.segmentations[0]?.restrictions).toEqual({
      webDeliveryAllowed: true,
      noRegionalBlackout: true,
      archiveAllowed: true,
      deviceRestrictions: 3,
    });
  });

  test('one time_signal with two descriptors', () => {
    const { segmentations } = parsed(Buffer.from(samples.programmes, 'base64'));
    expect(segmentations.map(({ typeId }) => typeId)).toEqual([0x11, 0x10]);
  });
});

describe('splice_insert', () => {
  const cases: { name: string; fields: InsertFields; expected: Partial<SpliceInsert> }[] = [
    {
      name: 'out with a time',
      fields: { eventId: 7, out: true, ptsTicks: 8_589_934_591 },
      expected: { outOfNetwork: true, ptsTicks: 8_589_934_591 },
    },
    { name: 'in at once', fields: { eventId: 4_294_967_295, out: false }, expected: { outOfNetwork: false, immediate: true, ptsTicks: undefined } },
    {
      name: 'a duration without auto return',
      fields: { eventId: 1, out: true, ptsTicks: 90, duration: { ticks: 2_700_000, autoReturn: false } },
      expected: { breakDuration: { ticks: 2_700_000, autoReturn: false } },
    },
    {
      name: 'components, each with its time',
      fields: {
        eventId: 1,
        out: true,
        components: [
          { tag: 1, ptsTicks: 900 },
          { tag: 2, ptsTicks: 990 },
        ],
      },
      expected: {
        ptsTicks: 900,
        components: [
          { tag: 1, ptsTicks: 900 },
          { tag: 2, ptsTicks: 990 },
        ],
      },
    },
    { name: 'components at once', fields: { eventId: 1, out: true, components: [{ tag: 1 }] }, expected: { immediate: true, ptsTicks: undefined } },
    { name: 'a cancellation', fields: { eventId: 9, out: true, cancelled: true }, expected: { eventId: 9, cancelled: true } },
  ];
  test.each(cases)('$name', ({ fields, expected }) => {
    expect(insertOf(insertSection(fields))).toMatchObject({ eventId: fields.eventId, ...expected });
  });

  test('is read where the length of the command is not said, with stuffing and bytes after the section', () => {
    const section = insertSection({ eventId: 3, out: true, ptsTicks: 100 }, { commandLength: 0xfff, stuffing: 5 });
    expect(insertOf(Buffer.concat([section, Buffer.alloc(20, 0xff)])).ptsTicks).toBe(100);
  });
});

describe('segmentation descriptors', () => {
  test('keep sub-segments, long durations and identifiers of several kinds', () => {
    const mid = Buffer.concat([Buffer.from([0x03, 12]), Buffer.from('ABCD0001000H'), Buffer.from([0x08, 8]), Buffer.alloc(8, 0xab)]);
    const section = signalSection(5, [
      { eventId: 1, typeId: 0x34, durationTicks: 2 ** 39, subSegment: { number: 1, expected: 4 }, upid: { type: 0x0d, bytes: mid } },
      { eventId: 2, typeId: 0x35, upid: { type: 0x0f, bytes: Buffer.from('urn:uuid:1') }, segment: { number: 1, expected: 2 } },
      { eventId: 3, typeId: 0, cancelled: true },
    ]);
    const [first, second, third] = parsed(section).segmentations;
    expect(first).toMatchObject({ durationTicks: 2 ** 39, subSegments: { number: 1, expected: 4 }, upid: 'ABCD0001000H abababababababab' });
    expect(second).toMatchObject({ upid: 'urn:uuid:1', segmentNumber: 1, segmentsExpected: 2, subSegments: undefined });
    expect(third).toMatchObject({ eventId: 3, cancelled: true });
  });

  test('are found between descriptors that are passed over', () => {
    const descriptors = [
      descriptor(0, Buffer.from([0, 0, 0, 1])),
      descriptor(1, Buffer.from([0x10, 0x20, 0x31, 0x32])),
      Buffer.from([2, 6, 0x41, 0x42, 0x43, 0x44, 1, 2]),
      encodeSegmentation({ eventId: 5, typeId: 0x22 }),
    ];
    const section = encodeSection({ commandType: 5, command: encodeInsert({ eventId: 1, out: true }), descriptors });
    expect(parsed(section).segmentations.map(({ eventId }) => eventId)).toEqual([5]);
  });
});

describe('hostile input', () => {
  const good = signalSection(5, [{ eventId: 1, typeId: 0x34, durationTicks: 90_000, upid: { type: 1, bytes: Buffer.from('x') } }]);

  test('is refused by name', () => {
    const wrong = Buffer.from(good);
    wrong[20] = (wrong[20] ?? 0) ^ 1;
    expect(parseSpliceSection(wrong)).toEqual({ ok: false, refusal: 'damaged' });
    expect(parseSpliceSection(Buffer.from('ID3'))).toEqual({ ok: false, refusal: 'foreign' });
    expect(parseSpliceSection(new Uint8Array(0))).toEqual({ ok: false, refusal: 'foreign' });
    const encrypted = insertSection({ eventId: 1, out: true }, { encrypted: true });
    expect(parseSpliceSection(encrypted)).toEqual({ ok: false, refusal: 'encrypted' });
  });

  test('cut anywhere is refused', () => {
    for (let length = 0; length < good.length; length += 1) expect(parseSpliceSection(good.subarray(0, length)).ok).toBe(false);
  });

  test('with a right checksum and any bytes inside never throws', () => {
    let seed = 1;
    const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) & 255;
    let read = 0;
    for (let round = 0; round < 3_000; round += 1) {
      const command = Buffer.from(Array.from({ length: random() % 40 }, random));
      const loop = Buffer.from(Array.from({ length: random() % 60 }, random));
      // Half of the loops begin like a segmentation descriptor, so that its parser is reached.
      const descriptors = [round % 2 === 0 ? loop : descriptor(2, loop)];
      const section = encodeSection({ commandType: [4, 5, 6, 255][round % 4] ?? 0, command, descriptors });
      if (parseSpliceSection(section).ok) read += 1;
    }
    expect(read).toBeGreaterThan(500);
  });
});
