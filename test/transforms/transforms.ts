/** A stretch of a reel that is kept, seconds. */
export type Keep = readonly [fromS: number, toS: number];

/** What happens to a whole reel on its way to the viewer. */
export interface Transform {
  name: string;
  /** Filters of ffmpeg for the pictures and for the sound. */
  video?: string;
  audio?: string;
  /** Filter graph of its own instead: reads `[0:v]` and `[0:a]`, gives `[v]` and `[a]`. */
  graph?: (voice: Keep) => string;
  /** Encoder arguments; x264 crf 20 and AAC 128k when there are none. */
  encoder?: readonly string[];
  /** @default mkv */
  container?: 'mkv' | 'ts' | 'mp4';
  /** How much faster everything is played. @default 1 */
  speed?: number;
  /** Sound against pictures, seconds. */
  offsetS?: number;
  /** What is kept of each spot (times within it), everything when absent; programme is always kept. */
  keep?: (lengthS: number) => readonly Keep[];
  /** Spots of which there is a cut-down air as that. */
  cutDowns?: boolean;
  /** Bytes of a transport stream are damaged or its clock is changed. */
  damage?: 'loss' | 'wrap' | 'discontinuity';
}

const x264 = ['-c:v', 'libx264', '-preset', 'superfast'];
const mpeg2 = ['-c:v', 'mpeg2video', '-b:v', '4M', '-maxrate', '4M', '-bufsize', '2M', '-g', '12', '-bf', '2', '-c:a', 'mp2', '-b:a', '192k'];
const speeds = (percent: number): Transform => {
  const speed = 1 + percent / 100;
  const audio = `aresample=48000,asetrate=${Math.round(48000 * speed)},aresample=48000`;
  return { name: `speed ${signed(percent)} % with pitch`, speed, video: `setpts=PTS/${speed},fps=25`, audio };
};
const tempo = (percent: number): Transform => {
  const speed = 1 + percent / 100;
  return { name: `tempo ${signed(percent)} %`, speed, video: `setpts=PTS/${speed},fps=25`, audio: `atempo=${speed}` };
};
const signed = (value: number): string => (value > 0 ? `+${value}` : String(value));
const crop = (percent: number): Transform => ({ name: `crop ${percent} %`, video: `crop=iw*${1 - percent / 100}:ih*${1 - percent / 100}` });
const loud = (decibels: number): Transform => ({ name: `${signed(decibels)} dB`, audio: `volume=${decibels}dB` });
const rate = (name: string, fps: string): Transform => ({ name: `${name} pictures/s`, video: `fps=${fps}` });

/** Sound of another stretch, 6 dB under what lies below it, over everything. */
const voiceOver = ([fromS, toS]: Keep): string =>
  `[0:v]null[v];[0:a]asplit[bed][talk];[talk]atrim=${fromS}:${toS},asetpts=PTS-STARTPTS,aloop=-1:size=${Math.round((toS - fromS) * 48000)},volume=-6dB[over];` +
  `[bed][over]amix=inputs=2:duration=first:normalize=0[a]`;

/**
 * The transforms that a known spot must survive, in the order in which the issue lists them. All of them act on a whole reel, so that what
 * surrounds a spot is changed as it is.
 */
export const transforms: readonly Transform[] = [
  { name: 'clean' },
  { name: 'x264 crf 28', encoder: [...x264, '-crf', '28', '-c:a', 'aac', '-b:a', '96k'] },
  { name: 'x264 crf 34', encoder: [...x264, '-crf', '34', '-c:a', 'aac', '-b:a', '96k'] },
  { name: 'MPEG-2 4 Mb/s', encoder: mpeg2, container: 'ts' },
  { name: 'AAC 48k', encoder: [...x264, '-crf', '20', '-c:a', 'aac', '-b:a', '48k'] },
  { name: 'MP3 32k', encoder: [...x264, '-crf', '20', '-c:a', 'libmp3lame', '-b:a', '32k', '-ac', '1'] },
  { name: 'AC-3', encoder: [...x264, '-crf', '20', '-c:a', 'ac3', '-b:a', '192k'] },
  { name: 'scale to 360p', video: 'scale=640:360' },
  { name: 'scale to 240p', video: 'scale=426:240' },
  { name: 'anamorphic', video: 'scale=352:288,setsar=16/11' },
  crop(2),
  crop(5),
  crop(10),
  { name: 'letterbox', video: 'scale=iw:ih*0.8,pad=iw:ih/0.8:0:(oh-ih)/2,scale=480:270' },
  { name: 'pillarbox', video: 'scale=iw*0.75:ih,pad=iw/0.75:ih:(ow-iw)/2:0,scale=480:270' },
  {
    name: 'logo',
    video: "drawbox=x=iw*0.84:y=ih*0.06:w=iw*0.1:h=ih*0.1:color=white@0.7:t=fill,drawtext=text='K4':x=w*0.86:y=h*0.07:fontsize=h*0.08",
  },
  {
    name: 'clock',
    video: "drawtext=text='%{pts\\:gmtime\\:0\\:%H\\\\\\:%M\\\\\\:%S}':x=w*0.05:y=h*0.05:fontsize=h*0.09:fontcolor=white:box=1:boxcolor=black@0.6",
  },
  {
    name: 'ticker',
    video:
      "drawbox=y=ih*0.88:h=ih*0.12:w=iw:color=navy:t=fill,drawtext=text='Storm warning lifted along the coast - Council votes on new tram line - Museum night draws record crowd':x=w-mod(t*90\\,w*3):y=h*0.9:fontsize=h*0.07:fontcolor=white",
  },
  { name: 'squeeze-back', video: 'scale=iw*0.7:ih*0.7,pad=iw/0.7:ih/0.7:iw*0.02:ih*0.04:color=0x203060,scale=480:270' },
  ...[-2, -1, -0.5, 0.5, 1, 2].map(speeds),
  { ...speeds(100 / 24), name: 'PAL +4.17 % with pitch', speed: 25 / 24 },
  ...[-8, -4, -2, 2, 4, 8].map(tempo),
  loud(-12),
  loud(8),
  { name: 'compressor', audio: 'acompressor=threshold=0.05:ratio=8:attack=5:release=80:makeup=4' },
  { name: 'low-pass 4 kHz', audio: 'lowpass=f=4000' },
  { name: 'high-pass 300 Hz', audio: 'highpass=f=300' },
  { name: 'mono', audio: 'pan=mono|c0=0.5*c0+0.5*c1' },
  { name: 'voice-over at -6 dB', graph: voiceOver },
  rate('25', '25'),
  rate('29.97', '30000/1001'),
  rate('50', '50'),
  rate('59.94', '60000/1001'),
  { name: 'interlaced', video: 'fps=50,tinterlace=interleave_top', encoder: [...mpeg2, '-flags', '+ilme+ildct'], container: 'ts' },
  { name: 'duplicated pictures', video: 'fps=25/2,fps=25' },
  { name: 'dropped pictures', video: "select='eq(n,0)+gt(random(7),0.15)'" },
  { name: 'gamma 1.4', video: 'eq=gamma=1.4' },
  { name: 'gamma 0.7', video: 'eq=gamma=0.7' },
  { name: 'black level', video: 'lutyuv=y=val*0.85+32' },
  { name: 'greyscale', video: 'hue=s=0' },
  ...[3, 5, 10].map((seconds): Transform => ({ name: `first ${seconds} s only`, keep: (lengthS) => [[0, Math.min(seconds, lengthS)]] })),
  { name: 'last 5 s only', keep: (lengthS) => [[Math.max(0, lengthS - 5), lengthS]] },
  { name: 'cut-downs', cutDowns: true },
  { name: '1 s lost at both ends', keep: (lengthS) => [[1, lengthS - 1]] },
  { name: 'packet loss', container: 'ts', damage: 'loss' },
  { name: 'discontinuity', container: 'ts', damage: 'discontinuity' },
  { name: 'PTS wrap', container: 'ts', damage: 'wrap' },
  { name: '0.5 s freezes', video: "select='gte(mod(t+3.5,7),0.5)',fps=25" },
  { name: 'sound drops of 0.6 s', audio: "volume=0:enable='lt(mod(t,7),0.6)'" },
  { name: 'sound 200 ms late', offsetS: 0.2 },
  { name: 'sound 200 ms early', offsetS: -0.2 },
  { name: 'no sound', audio: 'volume=0' },
];
