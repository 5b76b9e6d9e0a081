import { describeReplay } from '../../test/contract/replay.ts';
import { openBusFixture } from '../../test/support/bus-fixtures.ts';

describeReplay('embedded bus', async () => await openBusFixture(), [5, 12, 13, 20, 29, 36], 30_000);
