import { csvText } from '../text/csv.ts';
import { xmlText } from '../text/xml.ts';
import type { Airing } from './as-run.ts';
import type { Voice } from './share-of-voice.ts';
import { mediaTimeCode, timeCode } from './time-code.ts';
import type { TimeZone } from './time-zone.ts';

/** How an as-run log is written for people and other programs. */
export interface AsRunStyle {
  zone: TimeZone;
  /** Name of a category by its id; empty when it has none. */
  categoryName: (id: string) => string;
}

/** An airing as `--format json` and the HTTP API give it: the airing with its times as text and its category by name. */
export interface AsRunRecord extends Omit<Airing, 'tenantId' | 'firstPtsUs' | 'toldMs'> {
  /** ISO 8601 with the offset of the zone. */
  start: string;
  /** Wall clock as `HH:MM:SS:FF`, or `HH:MM:SS.mmm` when the picture rate is not known. */
  timeCode: string;
  /** Media time in the stream, written the same way. */
  mediaTime: string;
  /** Empty when the category has none. */
  categoryName: string;
}

/** One airing for JSON. */
export function asRunRecord(airing: Airing, { zone, categoryName }: AsRunStyle): AsRunRecord {
  const { startMs, durationMs, rateFps, ptsUs, epoch, category } = airing;
  return {
    channel: airing.channel,
    streamId: airing.streamId,
    start: zone.iso(startMs),
    timeCode: timeCode(zone.wallTime(startMs), rateFps),
    startMs,
    durationMs,
    uncertaintyMs: airing.uncertaintyMs,
    timeSource: airing.timeSource,
    mediaTime: mediaTimeCode(ptsUs, rateFps),
    ptsUs,
    epoch,
    rateFps,
    breakId: airing.breakId,
    position: airing.position,
    airingId: airing.airingId,
    spotId: airing.spotId,
    title: airing.title,
    brand: airing.brand,
    product: airing.product,
    category,
    categoryName: categoryName(category),
    familiarity: airing.familiarity,
    airing: airing.airing,
    confidence: airing.confidence,
    state: airing.state,
  };
}

/** As-run log as CSV, one line an airing (docs/as-run.md lists the columns). */
export function asRunCsv(airings: readonly Airing[], style: AsRunStyle): string {
  const head = [
    ...['channel', 'stream_id', 'start', 'time_code', 'duration_ms', 'media_time', 'epoch', 'position', 'break_id', 'airing_id', 'spot_id'],
    ...['title', 'brand', 'product', 'category', 'category_name', 'familiarity', 'airing', 'confidence', 'state'],
  ];
  const rows = airings.map((one) => {
    const record = asRunRecord(one, style);
    return [
      ...[record.channel, record.streamId, record.start, record.timeCode, record.durationMs, record.mediaTime, record.epoch, record.position],
      ...[record.breakId, record.airingId, record.spotId, record.title, record.brand, record.product, record.category, record.categoryName],
      ...[record.familiarity, record.airing, record.confidence, record.state],
    ];
  });
  return csvText([head, ...rows]);
}

/** Edit decision list as MPlayer, mpv and Comskip read it: `start end 3` a spot, in seconds from the first picture of the recording. */
export function asRunEdl(airings: readonly Airing[]): string {
  return airings
    .map(({ ptsUs, firstPtsUs, durationMs }) => {
      const startS = (ptsUs - firstPtsUs) / 1e6;
      return `${startS.toFixed(3)} ${(startS + durationMs / 1000).toFixed(3)} 3\n`;
    })
    .join('');
}

/**
 * As-run log in the shape of an XMLTV listing: a `programme` an airing, elements in the order that xmltv.dtd asks for
 * (https://github.com/XMLTV/xmltv/blob/master/xmltv.dtd). Times of XMLTV are whole seconds; `length` is the exact duration.
 */
export function asRunXmltv(airings: readonly Airing[], { zone, categoryName }: AsRunStyle): string {
  const channels = new Map(airings.map(({ streamId, channel }) => [streamId, channel]));
  const at = (ms: number): string => `${zone.iso(ms).slice(0, 19).replaceAll(/[-T:]/g, '')} ${zone.offsetText(ms, '')}`;
  const heads = [...channels].map(
    ([id, name]) => `  <channel id="${xmlText(id)}">\n    <display-name>${xmlText(name)}</display-name>\n  </channel>\n`,
  );
  const programmes = airings.map((airing) => {
    const { startMs, durationMs, category } = airing;
    const name = categoryName(category);
    const lines = [
      element('title', airing.title === '' ? airing.spotId : airing.title),
      element('sub-title', [airing.brand, airing.product].filter((part) => part !== '').join(', ')),
      element(
        'desc',
        `Spot ${airing.spotId}, position ${airing.position} of break ${airing.breakId}, ${airing.familiarity}, airing ${airing.airing}`,
      ),
      element('category', 'Advertisement'),
      element('category', name === '' ? category : name),
      `    <length units="seconds">${durationMs / 1000}</length>\n`,
    ].join('');
    return `  <programme start="${at(startMs)}" stop="${at(startMs + durationMs)}" channel="${xmlText(airing.streamId)}">\n${lines}  </programme>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE tv SYSTEM "xmltv.dtd">\n<tv generator-info-name="sightline">\n${[...heads, ...programmes].join('')}</tv>\n`;
}

function element(name: string, text: string): string {
  // "Textual element content may not contain newlines" (xmltv.dtd).
  const line = xmlText(text).replaceAll(/\s+/g, ' ').trim();
  return line === '' ? '' : `    <${name}>${line}</${name}>\n`;
}

/** Share of voice as CSV. */
export function shareOfVoiceCsv(voices: readonly Voice[]): string {
  const head = ['channel', 'stream_id', 'key', 'name', 'airings', 'seconds', 'share_of_channel', 'share_of_all'];
  const rows = voices.map(({ channel, streamId, key, name, airings, seconds, shareOfChannel, shareOfAll }) => [
    ...[channel, streamId, key, name, airings, seconds],
    ...[shareOfChannel.toFixed(4), shareOfAll.toFixed(4)],
  ]);
  return csvText([head, ...rows]);
}
