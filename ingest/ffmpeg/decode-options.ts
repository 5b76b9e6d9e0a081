import { cornerFormat, pictureFormat, soundFormat } from '../signals/analysis-format.ts';
import { epochStepUs, originUs, resetThresholdUs } from '../media-time/time-line.ts';

/** Which pictures are sampled for models. */
export interface SamplingRule {
  /** `interval`: one every {@link SamplingRule.everyMs}; `keyframe`: every key frame; `shotChange`: after a cut; `picture`: all. */
  rule: 'interval' | 'keyframe' | 'shotChange' | 'picture';
  /** Spacing of `interval`, milliseconds. */
  everyMs: number;
  /** Longest side of a sampled picture, pixels; smaller pictures are not enlarged. */
  maxSidePx: number;
  /** `shotChange`: score of ffmpeg's scene filter, 0 to 1, above which a picture begins a shot. */
  shotThreshold: number;
}

/** What the decoder writes. */
export interface DecodeOptions {
  sampling: SamplingRule;
  /** Decoder threads; 0 lets ffmpeg choose. One thread adds no delay on live streams. */
  threads: number;
  /** Flush every packet: for live streams. */
  lowDelay: boolean;
  /** What of the input is decoded: a stream that is declared but cannot be decoded would hold everything else up. */
  streams: 'all' | 'pictures' | 'sound';
  /**
   * Where data streams with splice cues (SCTE 35) may be: anywhere in the `input`, in the `firstVariant` of a playlist (to copy one of another
   * variant would download that variant), or nowhere. ffmpeg before 5.1 never copies them.
   */
  spliceData: 'input' | 'firstVariant' | 'none';
  /** ffmpeg before 5.1 spells `-fps_mode` as `-vsync`. */
  legacyVsync: boolean;
}

/**
 * Keeps media time in the one container stream: microseconds of the source (`-copyts`), and at every PTS reset a step of
 * {@link epochStepUs} upwards, so that the muxer sees growing times and {@link import('../media-time/time-line.ts').TimeLine} can take
 * the step out again at the exact picture. Registers of an ffmpeg expression live as long as the filter.
 */
function timeFilter(prefix: '' | 'a'): string {
  const step = `if(lt(PTS\\,PREV_INPTS-${String(resetThresholdUs)})\\,st(0\\,ld(0)+${String(epochStepUs)})\\,ld(0))`;
  return `${prefix}settb=AVTB,${prefix}setpts=PTS+${String(originUs)}+${step}`;
}

/** Passes the first picture at or after every multiple of the spacing, counted from the first picture, so that nothing drifts. */
function everyFilter(spacingS: number): string {
  const slot = (time: string): string => `floor((${time}-start_t)/${String(spacingS)}+0.0005)`;
  return `select='eq(n\\,0)+gt(${slot('t')}\\,${slot('prev_t')})+lt(t\\,prev_t)'`;
}

function sampleFilter(sampling: SamplingRule): string {
  if (sampling.rule === 'interval') return `${everyFilter(sampling.everyMs / 1000)},`;
  if (sampling.rule === 'keyframe') return "select='key',";
  if (sampling.rule === 'shotChange') return `select='eq(n\\,0)+gt(scene\\,${String(sampling.shotThreshold)})',`;
  return '';
}

/** Formats whose first plane is luma and can be taken as it is; anything else is converted to the nearest of them first. */
const lumaFormats = 'yuv420p|yuv422p|yuv444p|yuvj420p|yuvj422p|yuvj444p|yuv410p|yuv411p|yuv440p|yuvj440p|yuva420p|yuva422p|yuva444p|gray';

function lumaFilter(widthPx: number, heightPx: number): string {
  return `format=${lumaFormats},extractplanes=y,scale=${String(widthPx)}:${String(heightPx)}:flags=fast_bilinear`;
}

/** Both sides of a sampled picture: limited, even, aspect of the stored picture kept. */
function sizeFilter(maxSidePx: number): string {
  const side = (name: 'iw' | 'ih'): string => `'max(2\\,trunc(${name}*min(1\\,${String(maxSidePx)}/max(iw\\,ih))/2)*2)'`;
  return `scale=${side('iw')}:${side('ih')}:flags=bilinear,format=rgb24`;
}

/**
 * Output options of the decoding child: one NUT stream with, in this order and as far as the input has them, luma of every picture,
 * luma for corners, sampled pictures in rgb24, sound (left, right, centre), and data streams.
 */
export function decodeOutputOptions(options: DecodeOptions): string[] {
  return [
    ...(options.streams === 'sound' ? [] : pictureOptions(options.sampling)),
    ...(options.streams === 'pictures' ? [] : soundOptions()),
    ...spliceOptions(options),
    // One thread: the rawvideo encoder is frame-threaded and else holds each picture back until the next one, a second at 1 fps.
    ...['-sn', '-c:v', 'rawvideo', '-threads:v', '1', '-c:a', 'pcm_s16le', '-enc_time_base', '1:1000000'],
    ...(options.legacyVsync ? ['-vsync', 'passthrough'] : ['-fps_mode', 'passthrough']),
    ...['-map_metadata', '-1', '-avoid_negative_ts', 'disabled', '-max_interleave_delta', '1'],
    ...['-max_muxing_queue_size', '2048', '-flush_packets', options.lowDelay ? '1' : '0'],
    ...(options.lowDelay ? ['-write_index', '0', '-f', 'nut'] : ['-f', 'fifo', '-fifo_format', 'nut', '-format_opts', 'write_index=0']),
    ...(options.lowDelay ? [] : ['-queue_size', String(queuedPackets)]),
  ];
}

/**
 * Packets that the decoder of a recording may be ahead of its reader, some 4 seconds of a stream: the pipe alone holds a tenth of a second, with
 * which decoding stands still whenever detection is busy for longer.
 */
const queuedPackets = 128;

function pictureOptions(sampling: SamplingRule): string[] {
  const time = timeFilter('');
  // V: cover art is no picture of the stream. The question mark: an input without pictures is fine.
  return [
    ...['-map', '0:V:0?', '-map', '0:V:0?', '-map', '0:V:0?'],
    ...['-filter:v:0', `${time},${lumaFilter(pictureFormat.widthPx, pictureFormat.heightPx)}`],
    ...['-filter:v:1', `${time},${everyFilter(1 / cornerFormat.rateFps)},${lumaFilter(cornerFormat.widthPx, cornerFormat.heightPx)}`],
    ...['-filter:v:2', `${time},${sampleFilter(sampling)}${sizeFilter(sampling.maxSidePx)}`],
  ];
}

function soundOptions(): string[] {
  const filter = `${timeFilter('a')},aresample=${String(soundFormat.rateHz)},aformat=sample_fmts=s16:channel_layouts=${soundFormat.layout}`;
  return ['-map', '0:a:0?', '-filter:a:0', filter];
}

/** Data streams looked at: real programmes have one or two with splice cues, and few others. */
const dataStreams = 8;
/** PID of the DVB event information table (ETSI EN 300 468, table 1), which ffmpeg offers as data. */
const guidePid = '0x12';

const dataStep = `if(lt(TS\\,PREV_INPTS-${String(resetThresholdUs / 1_000_000)}/TB)\\,st(0\\,ld(0)+2^33/90000/TB)\\,ld(0))`;
const dataTime = `max(PREV_OUTPTS\\,TS+${String(originUs / 1_000_000)}/TB+${dataStep})`;

/**
 * Copies data streams into the container as they are, one packet a section. ffmpeg gives each the programme clock as its time; the bitstream
 * filter adds the {@link originUs} that filters add to pictures. Data come too rarely to show where a reset of the pictures is, but the muxer
 * ends the child when their time goes back: then it goes on one range of the 33-bit clock later, which means the same.
 */
function spliceOptions({ spliceData, legacyVsync }: DecodeOptions): string[] {
  if (spliceData === 'none' || legacyVsync) return ['-dn'];
  const place = spliceData === 'firstVariant' ? '0:p:0:d' : '0:d';
  const maps = Array.from({ length: dataStreams }, (_unused, index) => ['-map', `${place}:${String(index)}?`]).flat();
  return [...maps, '-map', `-0:i:${guidePid}?`, '-c:d', 'copy', '-copyinkf:d', '-tag:d', 'SC35', '-bsf:d', `setts=ts=${dataTime}`];
}

/** Options that come before the input for every source. */
export function decodeInputOptions(options: DecodeOptions): string[] {
  return ['-copyts', '-filter_threads', '1', ...(options.threads > 0 ? ['-threads', String(options.threads)] : [])];
}
