import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

import type { AsRunAiring, AsRunResponse, ShareOfVoiceResponse } from '../../../../schemas/ws/api.ts';
import { getJson } from '../api.ts';
import { percent, shortLength, utc } from '../format.ts';
import { useLoaded } from '../live/loaded.ts';
import { channelNowMs, type Store } from '../live/store.ts';
import { spotHref } from '../routes.ts';
import { FamiliarityBadge } from '../parts/familiarity-badge.tsx';
import { dayOf, fieldMs, fieldText } from './day-span.ts';
import { ShareBars } from './share-bars.tsx';
import { TableHead } from '../parts/table-head.tsx';

const firstRows = 200;
const groups = { brand: 'Brand', category: 'Category', spot: 'Spot', channel: 'Channel' } as const;
type Group = keyof typeof groups;
const unknownNames: Record<Group, string> = { brand: 'No brand yet', category: 'No category yet', spot: 'Not named', channel: '–' };
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The as-run log of a day and whose advertising it was. */
export function AsRunPage({ store }: { store: Store }): JSX.Element {
  if (store.serves === null) return <p class="panel__empty">Loading the log.</p>;
  return store.serves.asRun ? <AsRun store={store} /> : <NotServed />;
}

function NotServed(): JSX.Element {
  return (
    <div class="message">
      <h2>No log here</h2>
      <p>The as-run log is read from the analytics database, which this process does not have: run target all, or use a ClickHouse server.</p>
    </div>
  );
}

function AsRun({ store }: { store: Store }): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, []);
  const channels = [...store.channels.values()].sort((a, b) => a.title.localeCompare(b.title));
  const [stream, setStream] = useState('');
  const [by, setBy] = useState<Group>('brand');
  const [chosen, setSpan] = useState<{ from: string; to: string }>();
  const only = store.channels.get(stream) ?? (channels.length === 1 ? channels[0] : undefined);
  // A recording of another day has its log on that day.
  const day = dayOf(only === undefined ? store.nowMs() : channelNowMs(only, store.nowMs()));
  const span = chosen ?? { from: fieldText(day.fromMs), to: fieldText(day.toMs) };
  const [fromMs, toMs] = [fieldMs(span.from), fieldMs(span.to)];
  const wrong = fromMs === undefined || toMs === undefined ? 'Give both times.' : toMs <= fromMs ? 'The end must lie after the start.' : '';
  const query = new URLSearchParams({
    ...(stream === '' ? {} : { stream }),
    from: String(fromMs ?? 0),
    to: String(toMs ?? 0),
    timeZone: zone,
  }).toString();
  const log = useLoaded(wrong === '' ? query : 'wrong', store.catalogueVersion, async () =>
    wrong === '' ? await getJson<AsRunResponse>(`/api/v1/as-run?${query}`) : undefined,
  );
  const voices = useLoaded(wrong === '' ? `${by} ${query}` : 'wrong', store.catalogueVersion, async () =>
    wrong === '' ? await getJson<ShareOfVoiceResponse>(`/api/v1/share-of-voice?by=${by}&${query}`) : undefined,
  );
  const problem = wrong === '' ? log.problem || voices.problem : wrong;
  const airings = log.value?.airings;
  return (
    <section class="as-run" aria-labelledby="as-run-title">
      <div class="catalogue__head">
        <h2 id="as-run-title" class="page-title" tabIndex={-1} ref={heading}>
          As-run
        </h2>
        <label class="sort">
          <span>Channel</span>
          <select value={stream} onChange={(event) => setStream(event.currentTarget.value)}>
            <option value="">All channels</option>
            {channels.map((channel) => (
              <option key={channel.streamId} value={channel.streamId}>
                {channel.title}
              </option>
            ))}
          </select>
        </label>
        <label class="sort">
          <span>From</span>
          <input type="datetime-local" value={span.from} onChange={(event) => setSpan({ ...span, from: event.currentTarget.value })} />
        </label>
        <label class="sort">
          <span>To</span>
          <input type="datetime-local" value={span.to} onChange={(event) => setSpan({ ...span, to: event.currentTarget.value })} />
        </label>
        <Exports query={query} stream={stream === '' && channels.length === 1 ? (channels[0]?.streamId ?? '') : stream} />
      </div>
      {problem !== '' && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <div class="as-run__panels">
        <section class="panel" aria-labelledby="voice-title">
          <div class="panel__head">
            <h3 id="voice-title" class="section-title">
              Share of voice
            </h3>
            <div class="segments" role="group" aria-label="Count by">
              {(Object.keys(groups) as Group[]).map((group) => (
                <button key={group} type="button" aria-pressed={group === by} onClick={() => setBy(group)}>
                  {groups[group]}
                </button>
              ))}
            </div>
          </div>
          {voices.value !== undefined && voices.value.voices.length > 0 ? (
            <ShareBars voices={voices.value.voices} unknown={unknownNames[by]} />
          ) : (
            <p class="panel__empty">{voices.value === undefined ? 'Counting.' : 'Nothing aired in this span.'}</p>
          )}
        </section>
        <LogTable airings={airings} />
      </div>
    </section>
  );
}

function Exports({ query, stream }: { query: string; stream: string }): JSX.Element {
  const href = (format: string): string => `/api/v1/as-run?${query}&format=${format}`;
  return (
    <div class="exports" role="group" aria-label="Export">
      <a class="button" href={href('csv')} download="as-run.csv">
        CSV
      </a>
      <a class="button" href={href('xmltv')} download="as-run.xml">
        XMLTV
      </a>
      {stream !== '' && (
        <a
          class="button"
          href={`/api/v1/as-run?${new URLSearchParams([...new URLSearchParams(query)].filter(([name]) => name !== 'stream')).toString()}&stream=${encodeURIComponent(stream)}&format=edl`}
          download="as-run.edl"
        >
          EDL
        </a>
      )}
    </div>
  );
}

function LogTable({ airings }: { airings: AsRunAiring[] | undefined }): JSX.Element {
  const [all, setAll] = useState(false);
  const shown = all ? airings : airings?.slice(0, firstRows);
  const several = new Set(airings?.map(({ streamId }) => streamId)).size > 1;
  return (
    <section class="panel" aria-labelledby="log-table-title">
      <div class="panel__head">
        <h3 id="log-table-title" class="section-title">
          Log
        </h3>
        {airings !== undefined && <span class="panel__count">{airings.length}</span>}
      </div>
      {airings === undefined && <p class="panel__empty">Reading the log.</p>}
      {airings?.length === 0 && (
        <p class="panel__empty">No spot aired in this span. An airing is logged when its break is confirmed; choose an earlier day to look back.</p>
      )}
      {shown !== undefined && shown.length > 0 && (
        <table class="table table--log">
          <TableHead
            columns={[
              { name: 'Time' },
              several && { name: 'Channel', minor: true },
              { name: 'Spot' },
              { name: 'Brand', minor: true },
              { name: 'Length', number: true },
              { name: 'In break', number: true, minor: true },
              { name: 'Confidence', number: true, minor: true },
              { name: 'Catalogue' },
            ]}
          />
          <tbody>
            {shown.map((airing) => (
              <tr key={airing.airingId}>
                <td class="cell--time" title={utc(airing.startMs)}>
                  {airing.timeCode}
                </td>
                {several && <td class="cell--channel cell--minor">{airing.channel}</td>}
                <td class="cell--name">
                  <SpotName airing={airing} />
                  <small class="cell__note cell__note--phone">
                    {[airing.brand, several ? airing.channel : ''].filter((part) => part !== '').join(' · ')}
                  </small>
                </td>
                <td class="cell--minor">{[airing.brand, airing.categoryName].filter((part) => part !== '').join(' · ') || '–'}</td>
                <td class="number">{shortLength(airing.durationMs)}</td>
                <td class="number cell--minor">{airing.position > 0 ? airing.position : '–'}</td>
                <td class="number cell--minor">{percent(airing.confidence)}</td>
                <td>
                  <FamiliarityBadge familiarity={airing.familiarity} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {airings !== undefined && airings.length > firstRows && (
        <button type="button" class="button panel__more" onClick={() => setAll(!all)} aria-expanded={all}>
          {all ? 'Show fewer' : `Show all ${airings.length}`}
        </button>
      )}
    </section>
  );
}

function SpotName({ airing }: { airing: AsRunAiring }): JSX.Element {
  const name = airing.title === '' ? <span class="mono">{airing.spotId.slice(0, 8)}</span> : airing.title;
  return airing.familiarity === 'new' ? <>{name}</> : <a href={spotHref(airing.spotId)}>{name}</a>;
}
