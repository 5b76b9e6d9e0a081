import { createAnalytics } from '../../core/analytics/create-analytics.ts';
import type { RowSource } from '../../core/as-run/row-source.ts';
import type { WatchedGroup } from '../../core/bus/backlog.ts';
import { sinks as sinkKinds } from '../../sinks/registry.ts';
import { createSinksService } from '../../sinks/service.ts';
import type { Kit } from '../compose.ts';

/** The sinks of an analysis that keeps its results. */
export interface AnalysisSinks {
  /** Consumer groups that must be done before an input counts as analysed. */
  groups: readonly WatchedGroup[];
  /** What the sinks have written, this time and before. */
  log: RowSource;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Opens the analytics database and the sinks, without the SQL port: the command ends by itself. */
export async function openAnalysisSinks(kit: Kit, onCrash: (error: Error) => void): Promise<AnalysisSinks> {
  const { config, log, clock, dataDir } = kit;
  const analytics = await createAnalytics(config.analytics, { log, clock }, dataDir);
  const sections = { ...config.sinks, sqlPort: { ...config.sinks.sqlPort, enabled: false } };
  const service = createSinksService(sections, { ...kit, analytics, onCrash });
  return {
    groups: sinkKinds.clickhouse.topics({}).map(({ name }) => ({ groupId: `sink-${sinkKinds.clickhouse.name}`, topic: name })),
    log: analytics,
    start: async () => await service.start(),
    stop: async () => {
      await service.stop();
      await analytics.close();
    },
  };
}
