import type { SpliceCarrier } from '../../../schemas/events.generated.ts';
import { type ReceivedSplice, sectionText } from '../received-splice.ts';
import { spliceMessages } from '../scte35/splice-messages.ts';
import { parseSpliceSection } from '../scte35/splice-section.ts';
import { parseAttributes } from './attribute-list.ts';
import { type MediaPlaylist, type Segment, dateMs } from './playlist.ts';

/** A cue at a place of the playlist. */
export interface PlaylistCue {
  /** The same in every copy of the playlist. */
  key: string;
  /** Segment at or in which it lies. */
  segment: Segment;
  /** Seconds from the start of that segment; negative for what began before it. */
  offsetS: number;
  cue: ReceivedSplice['cue'];
}

type Cue = ReceivedSplice['cue'];

/** Words of a date range's CLASS that make it an advertising break where no SCTE 35 stands in it. */
const advertisingClass = /(^|[^a-z])(ads?|advert[a-z]*|adbreak|break|commercials?|scte-?35)([^a-z]|$)/i;
/** Longest break that a tag may announce, seconds. */
const longestS = 14_400;

/** Every splice cue of a playlist, in order. EXT-X-CUE-OUT-CONT counts only where the playlist does not hold the tag that it continues. */
export function playlistCues(playlist: MediaPlaylist): PlaylistCue[] {
  const cues: PlaylistCue[] = [];
  let insideBreak = false;
  for (const segment of playlist.segments) {
    const section = segment.tags.map(sectionOfTag).find((bytes) => bytes !== undefined);
    const found = segment.tags.flatMap((tag) => cueOfTag(tag, segment, section, insideBreak));
    // A section without CUE-OUT or CUE-IN beside it speaks for itself.
    const alone = found.length === 0 ? segment.tags.find((tag) => tagName(tag).includes('SCTE35')) : undefined;
    const all = alone !== undefined && section !== undefined ? cuesOfSection(section, segment, tagName(alone)) : found;
    for (const one of all) insideBreak = one.cue.direction === 'out' || (insideBreak && one.cue.direction !== 'in');
    cues.push(...all);
  }
  return [...cues, ...playlist.dateRanges.flatMap((range) => cuesOfDateRange(range, playlist))];
}

function tagName(tag: string): string {
  return /^[A-Z0-9-]+/.exec(tag)?.[0] ?? '';
}

function silent(command: string, carrier: SpliceCarrier): Cue {
  return {
    direction: 'other',
    durationUs: null,
    autoReturn: false,
    spliceEventId: -1,
    carrier,
    command,
    segmentationType: -1,
    upid: '',
    section: '',
  };
}

function cueOfTag(tag: string, segment: Segment, section: Buffer | undefined, insideBreak: boolean): PlaylistCue[] {
  const name = tagName(tag);
  const value = tag.slice(name.length).replace(/^:/, '');
  const told = section === undefined ? {} : { section: sectionText(section) };
  const make = (cue: Partial<Cue>, offsetS = 0): PlaylistCue[] => [
    {
      key: `${name}:${String(segment.sequence)}`,
      segment,
      offsetS,
      cue: { ...silent(name, 'hlsCue'), ...told, ...cue },
    },
  ];
  if (name === 'EXT-X-CUE-IN') return make({ direction: 'in' });
  if (name === 'EXT-X-CUE-OUT') return make({ direction: 'out', durationUs: lengthUs(parseAttributes(value).get('DURATION') ?? value) });
  if (name !== 'EXT-X-CUE-OUT-CONT' || insideBreak) return [];
  // `10/30`, or ElapsedTime=10,Duration=30: a break that was on when the playlist begins.
  const attributes = parseAttributes(value);
  const [, elapsedText, lengthText] = /^([\d.]+)\/([\d.]+)$/.exec(value) ?? ['', attributes.get('ELAPSEDTIME'), attributes.get('DURATION')];
  const elapsedS = Number.parseFloat(elapsedText ?? '');
  if (!Number.isFinite(elapsedS) || elapsedS > longestS) return [];
  return make({ direction: 'out', durationUs: lengthUs(lengthText ?? '') }, -elapsedS);
}

function lengthUs(text: string): number | null {
  const value = Number.parseFloat(text);
  return Number.isFinite(value) && value > 0 && value <= longestS ? Math.round(value * 1e6) : null;
}

/** Bytes of the section that a tag carries, as base64 or hexadecimal. */
function sectionOfTag(tag: string): Buffer | undefined {
  const value = tag.slice(tagName(tag).length + 1);
  const attributes = parseAttributes(value);
  const text = attributes.get('CUE') ?? attributes.get('SCTE35') ?? (tagName(tag).includes('SCTE35') ? value.trim() : undefined);
  return text === undefined ? undefined : bytesOf(text);
}

function bytesOf(text: string): Buffer | undefined {
  const bytes = /^0x[0-9a-f]+$/i.test(text) ? Buffer.from(text.slice(2), 'hex') : Buffer.from(text, 'base64');
  return bytes.length > 0 && bytes.length <= 4096 ? bytes : undefined;
}

/** The cues of a section that stands in a playlist: its place is that of the tag, as packagers rewrite the time stamps it counts in. */
function cuesOfSection(bytes: Buffer, segment: Segment, command: string): PlaylistCue[] {
  return cuesIn(bytes).map((cue, index) => ({
    key: `${command}:${String(segment.sequence)}:${String(index)}`,
    segment,
    offsetS: 0,
    cue: { ...cue, carrier: 'hlsOatcls', command },
  }));
}

function cuesIn(bytes: Buffer): Cue[] {
  const parsed = parseSpliceSection(bytes);
  return parsed.ok ? spliceMessages(parsed.section, bytes, 0).map(({ cue }) => cue) : [];
}

function cuesOfDateRange(range: string, playlist: MediaPlaylist): PlaylistCue[] {
  const attributes = parseAttributes(range);
  const startMs = dateMs(attributes.get('START-DATE') ?? '');
  if (startMs === undefined) return [];
  const saidUs = lengthUs(attributes.get('DURATION') ?? '') ?? lengthUs(attributes.get('PLANNED-DURATION') ?? '');
  const endMs = dateMs(attributes.get('END-DATE') ?? '') ?? (saidUs === null ? startMs : startMs + saidUs / 1000);
  const at = (ms: number, kind: string, cue: Partial<Cue>): PlaylistCue[] => {
    const place = placeOf(ms, playlist);
    const key = `daterange:${attributes.get('ID') ?? ''}:${String(ms)}:${kind}`;
    return place === undefined ? [] : [{ key, ...place, cue: { ...silent('EXT-X-DATERANGE', 'hlsDateRange'), ...cue } }];
  };
  const sectionOf = (name: string): Buffer | undefined => bytesOf(attributes.get(name) ?? '');
  const [out, back, any] = [sectionOf('SCTE35-OUT'), sectionOf('SCTE35-IN'), sectionOf('SCTE35-CMD')];
  if (out !== undefined || back !== undefined) {
    return [
      ...(out === undefined
        ? []
        : at(startMs, 'out', { ...described(out), direction: 'out', durationUs: saidUs ?? described(out).durationUs ?? null })),
      ...(back === undefined ? [] : at(endMs, 'in', { ...described(back), direction: 'in', durationUs: null })),
    ];
  }
  if (any !== undefined) {
    const own = { carrier: 'hlsDateRange' as const, command: 'EXT-X-DATERANGE' };
    return cuesIn(any).flatMap((cue, index) => at(startMs, `cmd${String(index)}`, { ...cue, ...own, durationUs: cue.durationUs ?? saidUs }));
  }
  const advertising = saidUs !== null && advertisingClass.test(attributes.get('CLASS') ?? '');
  return advertising ? at(startMs, 'class', { direction: 'out', durationUs: saidUs, upid: attributes.get('ID') ?? '' }) : [];
}

/** What the section of a date range says beyond the direction that its attribute says. */
function described(bytes: Buffer): Partial<Cue> {
  const [first] = cuesIn(bytes);
  const { durationUs = null, autoReturn = false, spliceEventId = -1, segmentationType = -1, upid = '' } = first ?? {};
  return { durationUs, autoReturn, spliceEventId, segmentationType, upid, section: sectionText(bytes) };
}

/** Segment in which a wall-clock time lies. */
function placeOf(ms: number, { segments }: MediaPlaylist): { segment: Segment; offsetS: number } | undefined {
  const segment = segments.find(({ wallMs, durationS }) => wallMs !== undefined && ms >= wallMs - 1 && ms < wallMs + durationS * 1000 - 1);
  return segment?.wallMs === undefined ? undefined : { segment, offsetS: Math.max(0, (ms - segment.wallMs) / 1000) };
}
