import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

import type { SpotEvidence } from '../../../../schemas/ws/api.ts';
import type { ApiSpot } from '../../../../schemas/ws/catalogue-api.ts';
import { useLoaded } from '../live/loaded.ts';
import type { Store } from '../live/store.ts';
import { listSpots, loadEvidence, type SpotList } from './catalogue-api.ts';
import { Notice } from './notice.tsx';
import { SpotRow } from './spot-row.tsx';
import { statusWords } from './status-badge.tsx';

type Filter = ApiSpot['status'] | 'all';

const filters: readonly Filter[] = ['candidate', 'confirmed', 'rejected', 'all'];
const pageSize = 60;
const sorts = {
  changed: { label: 'Last changed', compare: (a: ApiSpot, b: ApiSpot) => b.updatedMs - a.updatedMs },
  aired: { label: 'Last aired', compare: (a: ApiSpot, b: ApiSpot) => (b.lastAiredMs ?? 0) - (a.lastAiredMs ?? 0) },
  airings: { label: 'Most airings', compare: (a: ApiSpot, b: ApiSpot) => b.airings - a.airings },
  title: { label: 'Title', compare: (a: ApiSpot, b: ApiSpot) => a.title.localeCompare(b.title) },
  length: { label: 'Length', compare: (a: ApiSpot, b: ApiSpot) => b.durationMs - a.durationMs },
} as const;
type Sort = keyof typeof sorts;

interface Answer {
  list: SpotList;
  evidence: Map<string, SpotEvidence>;
}

/** The ad catalogue: candidates first, because they wait for a person. */
export function CataloguePage({ store }: { store: Store }): JSX.Element {
  if (store.serves === null || (store.serves.catalogue && store.spotCounts === null && store.catalogueVersion === 0)) {
    return <p class="panel__empty">Loading the catalogue.</p>;
  }
  return store.serves.catalogue ? <Catalogue store={store} /> : <NotServed />;
}

function Catalogue({ store }: { store: Store }): JSX.Element {
  const [chosen, setChosen] = useState<Filter>();
  const [text, setText] = useState('');
  const [sort, setSort] = useState<Sort>('changed');
  const [limit, setLimit] = useState(pageSize);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, []);
  const candidates = store.spotCounts?.candidate ?? 0;
  const known = store.spotCounts?.confirmed ?? 0;
  // Until somebody chooses: what waits, else what is known.
  const filter = chosen ?? (candidates > 0 || known === 0 ? 'candidate' : 'confirmed');
  const { value, problem } = useLoaded<Answer>(JSON.stringify([filter, text, limit]), store.catalogueVersion, async () => {
    const list = await listSpots({ status: filter, text, limit });
    return { list, evidence: await loadEvidence(list.spots.map(({ spotId }) => spotId)).catch(() => new Map<string, SpotEvidence>()) };
  });
  const counts = value?.list.counts ?? store.spotCounts;
  const count = (status: Filter): number | undefined =>
    counts === null ? undefined : status === 'all' ? counts.candidate + counts.confirmed + counts.rejected : counts[status];
  return (
    <section class="catalogue" aria-labelledby="catalogue-title">
      <div class="catalogue__head">
        <h2 id="catalogue-title" class="page-title" tabIndex={-1} ref={heading}>
          Catalogue
        </h2>
        <div class="segments segments--wide" role="group" aria-label="Status">
          {filters.map((status) => (
            <button key={status} type="button" aria-pressed={status === filter} onClick={() => setChosen(status)}>
              {status === 'all' ? 'All' : status === 'candidate' ? 'Candidates' : statusWords[status]}
              {count(status) !== undefined && <span class="segments__count">{count(status)}</span>}
            </button>
          ))}
        </div>
        <label class="search">
          <span class="visually-hidden">Search title, brand, product or id</span>
          <input type="search" placeholder="Search title, brand, product" value={text} onInput={(event) => setText(event.currentTarget.value)} />
        </label>
        <label class="sort">
          <span>Sort by</span>
          <select value={sort} onChange={(event) => setSort(event.currentTarget.value as Sort)}>
            {Object.entries(sorts).map(([name, { label }]) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
          </select>
        </label>
      </div>
      <Notice store={store} />
      {problem !== '' && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {value !== undefined && <List answer={value} filter={filter} text={text} sort={sort} onMore={() => setLimit(limit + pageSize)} />}
      {value === undefined && problem === '' && <p class="panel__empty">Loading the catalogue.</p>}
    </section>
  );
}

interface ListProps {
  answer: Answer;
  filter: Filter;
  text: string;
  sort: Sort;
  onMore: () => void;
}

function List({ answer: { list, evidence }, filter, text, sort, onMore }: ListProps): JSX.Element {
  const spots = [...list.spots].sort(sorts[sort].compare);
  if (spots.length === 0) return <NoSpots filter={filter} text={text} />;
  return (
    <>
      <ul class="spots" data-testid="spots">
        {spots.map((spot) => (
          <SpotRow key={spot.spotId} spot={spot} evidence={evidence.get(spot.spotId)} />
        ))}
      </ul>
      {list.nextCursor !== null && (
        <button type="button" class="button" onClick={onMore}>
          Show more
        </button>
      )}
    </>
  );
}

const empty: Record<Filter, [title: string, hint: JSX.Element]> = {
  candidate: [
    'No candidates',
    <>A spot nobody registered becomes a candidate when it airs a second time, on the same channel or another. Then you can name it here.</>,
  ],
  confirmed: [
    'No known spots yet',
    <>
      Confirm a candidate, add an airing from a channel’s list of spots, or register files:{' '}
      <code>sightline catalogue add spot.mp4 --title "Aurora Coffee"</code>
    </>,
  ],
  rejected: ['Nothing was rejected', <>Reject a candidate that is no advertisement (a title sequence, a jingle), and it is never proposed again.</>],
  all: ['The catalogue is empty', <>It fills by itself: a spot that airs twice becomes a candidate.</>],
};

function NoSpots({ filter, text }: { filter: Filter; text: string }): JSX.Element {
  const [title, hint] = text === '' ? empty[filter] : [`Nothing matches “${text}”`, <>Title, brand, product and id are searched.</>];
  return (
    <div class="message" data-testid="no-spots">
      <h2>{title}</h2>
      <p>{hint}</p>
    </div>
  );
}

function NotServed(): JSX.Element {
  return (
    <div class="message">
      <h2>No catalogue here</h2>
      <p>
        This process serves no catalogue. It is served where the control-plane database is: target <code>all</code> or <code>fleet</code>, with{' '}
        <code>catalogue.enabled</code>.
      </p>
    </div>
  );
}
