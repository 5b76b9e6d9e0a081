import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

import type { BreakResponse } from '../../../../schemas/ws/api.ts';
import type { LiveBreak } from '../../../../schemas/ws/events.ts';
import { getJson } from '../api.ts';
import { percent, shortLength } from '../format.ts';
import { useLoaded } from '../live/loaded.ts';

/** The revisions of a break, fetched when somebody wants to see them. */
export function BreakLife({ item }: { item: LiveBreak }): JSX.Element {
  const [open, setOpen] = useState(false);
  return (
    <details class="life" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{item.revision === 1 ? '1 revision' : `${item.revision} revisions`}</summary>
      {open && <Revisions item={item} />}
    </details>
  );
}

function Revisions({ item }: { item: LiveBreak }): JSX.Element {
  const { value, problem } = useLoaded(
    item.breakId,
    item.revision,
    async () => await getJson<BreakResponse>(`/api/v1/breaks/${encodeURIComponent(item.breakId)}`),
  );
  if (problem !== '') return <p class="panel__hint">{problem}</p>;
  return (
    <ol class="life__list">
      {value?.revisions.map((revision, index) => (
        <li key={revision.revision}>
          <b>{revision.state}</b> {shortLength((revision.knownUpToUs - revision.ptsUs) / 1000)} after its start, {percent(revision.confidence)}
          <small>{news(revision, value.revisions[index - 1])}</small>
        </li>
      ))}
    </ol>
  );
}

/** What a revision says that the one before did not. */
function news(revision: LiveBreak, before: LiveBreak | undefined): string {
  const said = new Set(before?.evidence);
  const parts = revision.evidence.filter((line) => !said.has(line));
  if (before !== undefined && before.ptsUs !== revision.ptsUs) parts.unshift(`start moved by ${moved(revision.ptsUs - before.ptsUs)}`);
  if (before?.endUs != null && revision.endUs !== null && before.endUs !== revision.endUs)
    parts.unshift(`end moved by ${moved(revision.endUs - before.endUs)}`);
  return parts.join(' · ');
}

function moved(us: number): string {
  return `${us < 0 ? '−' : '+'}${shortLength(Math.abs(us) / 1000)}`;
}
