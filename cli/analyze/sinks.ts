import type { WatchedGroup } from '../../core/bus/backlog.ts';
import type { Kit } from '../compose.ts';

/** The sinks of an analysis that keeps its results. */
export interface AnalysisSinks {
  /** Consumer groups that must be done before an input counts as analysed. */
  groups: readonly WatchedGroup[];
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Opens the sinks. */
export async function openAnalysisSinks(_kit: Kit): Promise<AnalysisSinks> {
  return await Promise.resolve({ groups: [], start: async () => await Promise.resolve(), stop: async () => await Promise.resolve() });
}
