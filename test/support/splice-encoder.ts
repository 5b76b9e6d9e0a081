/** Bits to write: value and width. */
type Field = readonly [value: number, bits: number];

/** CRC-32/MPEG-2 bit by bit, on purpose not the table of the product. */
export function checksum(bytes: Uint8Array): number {
  let value = 0xffffffffn;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit -= 1) {
      const top = (value >> 31n) & 1n;
      value = ((value << 1n) & 0xffffffffn) ^ (top !== BigInt((byte >> bit) & 1) ? 0x04c11db7n : 0n);
    }
  }
  return Number(value);
}

/** Appends the checksum to a section whose length field counts it already. */
export function withChecksum(section: Uint8Array): Buffer {
  const end = Buffer.alloc(4);
  end.writeUInt32BE(checksum(section));
  return Buffer.concat([section, end]);
}

function pack(fields: readonly Field[]): Buffer {
  const bits = fields.map(([value, width]) => BigInt(value).toString(2).padStart(width, '0').slice(-width)).join('');
  const bytes = (bits.padEnd(Math.ceil(bits.length / 8) * 8, '1').match(/.{8}/g) ?? []).map((text) => parseInt(text, 2));
  return Buffer.from(bytes);
}

const spliceTime = (ticks: number | undefined): Field[] =>
  ticks === undefined
    ? [
        [0, 1],
        [127, 7],
      ]
    : [
        [1, 1],
        [63, 6],
        [ticks, 33],
      ];

/** A splice_insert. */
export interface InsertFields {
  eventId: number;
  out: boolean;
  /** 33-bit splice time; absent: at once. */
  ptsTicks?: number;
  /** Component mode: a splice time for each elementary stream instead of `ptsTicks`. */
  components?: { tag: number; ptsTicks?: number }[];
  duration?: { ticks: number; autoReturn: boolean };
  cancelled?: boolean;
}

/** Body of a splice_insert. */
export function encodeInsert({ eventId, out, ptsTicks, components, duration, cancelled = false }: InsertFields): Buffer {
  const head: Field[] = [
    [eventId, 32],
    [cancelled ? 1 : 0, 1],
    [127, 7],
  ];
  if (cancelled) return pack(head);
  const immediate = ptsTicks === undefined && components?.every((one) => one.ptsTicks === undefined) !== false;
  return pack([
    ...head,
    [out ? 1 : 0, 1],
    [components === undefined ? 1 : 0, 1],
    [duration === undefined ? 0 : 1, 1],
    [immediate ? 1 : 0, 1],
    [15, 4],
    ...(components === undefined && !immediate ? spliceTime(ptsTicks) : []),
    ...(components === undefined
      ? []
      : [[components.length, 8] as const, ...components.flatMap((one): Field[] => [[one.tag, 8], ...(immediate ? [] : spliceTime(one.ptsTicks))])]),
    ...(duration === undefined
      ? []
      : ([
          [duration.autoReturn ? 1 : 0, 1],
          [63, 6],
          [duration.ticks, 33],
        ] as Field[])),
    [1, 16],
    [0, 8],
    [0, 8],
  ]);
}

/** Body of a time_signal. */
function encodeTimeSignal(ptsTicks: number | undefined): Buffer {
  return pack(spliceTime(ptsTicks));
}

/** A segmentation_descriptor. */
export interface SegmentationFields {
  eventId: number;
  typeId: number;
  durationTicks?: number;
  upid?: { type: number; bytes: Buffer };
  segment?: { number: number; expected: number };
  subSegment?: { number: number; expected: number };
  cancelled?: boolean;
}

/** A whole segmentation_descriptor with its tag and identifier. */
export function encodeSegmentation(fields: SegmentationFields): Buffer {
  const { eventId, typeId, durationTicks, upid, segment, subSegment, cancelled = false } = fields;
  const head: Field[] = [
    [eventId, 32],
    [cancelled ? 1 : 0, 1],
    [127, 7],
  ];
  const rest: Buffer[] = cancelled
    ? []
    : [
        pack([
          [1, 1],
          [durationTicks === undefined ? 0 : 1, 1],
          [1, 1],
          [31, 5],
          ...(durationTicks === undefined ? [] : [[durationTicks, 40] as const]),
        ]),
        pack([
          [upid?.type ?? 0, 8],
          [upid?.bytes.length ?? 0, 8],
        ]),
        upid?.bytes ?? Buffer.alloc(0),
        Buffer.from([
          typeId,
          segment?.number ?? 0,
          segment?.expected ?? 0,
          ...(subSegment === undefined ? [] : [subSegment.number, subSegment.expected]),
        ]),
      ];
  return descriptor(2, Buffer.concat([pack(head), ...rest]));
}

/** Any splice descriptor of the identifier `CUEI`. */
export function descriptor(tag: number, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([tag, body.length + 4]), Buffer.from('CUEI'), body]);
}

/** What stands around a command. */
export interface SectionFields {
  commandType: number;
  command: Uint8Array;
  descriptors?: readonly Uint8Array[];
  adjustmentTicks?: number;
  encrypted?: boolean;
  /** splice_command_length; 0xFFF for "not said". */
  commandLength?: number;
  /** Bytes of alignment stuffing before the checksum. */
  stuffing?: number;
}

/** A whole splice_info_section. */
export function encodeSection(fields: SectionFields): Buffer {
  const loop = Buffer.concat(fields.descriptors ?? []);
  const body = Buffer.concat([
    pack([
      [0, 8],
      [fields.encrypted === true ? 1 : 0, 1],
      [0, 6],
      [fields.adjustmentTicks ?? 0, 33],
      [255, 8],
      [0xfff, 12],
      [fields.commandLength ?? fields.command.length, 12],
      [fields.commandType, 8],
    ]),
    fields.command,
    pack([[loop.length, 16]]),
    loop,
    Buffer.alloc(fields.stuffing ?? 0, 0xff),
  ]);
  return withChecksum(
    Buffer.concat([
      pack([
        [0xfc, 8],
        [3, 4],
        [body.length + 4, 12],
      ]),
      body,
    ]),
  );
}

/** Section of a splice_insert. */
export function insertSection(fields: InsertFields, around: Partial<SectionFields> = {}): Buffer {
  return encodeSection({ commandType: 5, command: encodeInsert(fields), ...around });
}

/** Section of a time_signal with segmentation descriptors. */
export function signalSection(
  ptsTicks: number | undefined,
  segmentations: readonly SegmentationFields[],
  around: Partial<SectionFields> = {},
): Buffer {
  return encodeSection({ commandType: 6, command: encodeTimeSignal(ptsTicks), descriptors: segmentations.map(encodeSegmentation), ...around });
}
