import { MemoryCatalogue } from '../../core/catalogue/memory-catalogue.ts';
import { createLogger } from '../../core/log/logger.ts';
import { readSignals } from '../../ingest/spot-print/read-signals.ts';
import { prepareBreakDetection } from '../../processors/detect-breaks/index.ts';
import type { BreakParameters } from '../../processors/detect-breaks/parameters.ts';
import type { Break, Signals } from '../../schemas/events.generated.ts';
import { topics } from '../../schemas/topics.ts';
import { type BreakScore, scoreBreaks } from '../evaluate/break-score.ts';
import type { Span } from '../evaluate/spans.ts';
import { readTruth } from '../evaluate/truth.ts';

/** A recording whose breaks a person labelled, as the break model sees it. */
export interface LabelledRecording {
  path: string;
  runs: Signals[];
  breaks: Span[];
  spots: Span[];
  durationS: number;
}

const dayMs = 86_400_000;

/** Reads a recording and its labels; the pictures are decoded once, whatever is tried afterwards. */
export async function readRecording(path: string, truthPath: string, onProgress: (share: number) => void): Promise<LabelledRecording> {
  const truth = readTruth(truthPath);
  const { runs } = await readSignals(path, dayMs, (mediaMs, totalMs) => onProgress(totalMs > 0 ? mediaMs / totalMs : 0));
  const firstUs = runs[0]?.ptsUs ?? 0;
  const breaks = (truth.breaks ?? []).map((span) => shifted(span, firstUs / 1e6));
  const spots = (truth.spots ?? []).map((span) => shifted(span, firstUs / 1e6));
  return { path, runs, breaks, spots, durationS: ((runs.at(-1)?.endUs ?? 0) - firstUs) / 1e6 };
}

/** Finds the breaks of a recording with given parameters and an empty catalogue, and scores them. */
export async function scoreRecording({ runs, breaks, durationS }: LabelledRecording, parameters: BreakParameters): Promise<BreakScore> {
  const deps = { catalogue: new MemoryCatalogue(), log: createLogger({ level: 'silent' }) };
  const processor = prepareBreakDetection(parameters, dayMs, deps)();
  const last = new Map<string, Break>();
  for (const run of runs) {
    await processor.process(run, (topic, event) => {
      if (topic.name === topics.breaks.name) last.set((event as unknown as Break).breakId, event as unknown as Break);
    });
  }
  await processor.flush((topic, event) => {
    if (topic.name === topics.breaks.name) last.set((event as unknown as Break).breakId, event as unknown as Break);
  });
  const found = [...last.values()]
    .filter(({ state }) => state !== 'retracted')
    .map(({ ptsUs, endUs, knownUpToUs }) => ({ startS: ptsUs / 1e6, endS: (endUs ?? ptsUs) / 1e6, announcedS: knownUpToUs / 1e6 }));
  return scoreBreaks(breaks, found, { durationS, rateFps: 0 });
}

function shifted({ startS, endS }: Span, byS: number): Span {
  return { startS: startS + byS, endS: endS + byS };
}
