import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

import type { SpotEvidence } from '../../../../schemas/ws/api.ts';
import type { ApiSpot, ApiSpotDetail } from '../../../../schemas/ws/catalogue-api.ts';
import { problemOf } from '../api.ts';
import { dayAndTime, shortLength } from '../format.ts';
import { useLoaded } from '../live/loaded.ts';
import type { Store } from '../live/store.ts';
import { spotHref } from '../routes.ts';
import { AiringsTable } from './airings-table.tsx';
import { loadEvidence, isMissing, loadSpot, removeSpot, spotActions } from './catalogue-api.ts';
import { ChooseSpot } from './choose-spot.tsx';
import { KeyPictures } from './key-pictures.tsx';
import { Notice } from './notice.tsx';
import { NamesForm } from './names-form.tsx';
import { Relatives } from './relatives.tsx';
import { airingsText } from './spot-row.tsx';
import { StatusBadge } from './status-badge.tsx';
import { Dialog } from '../parts/dialog.tsx';

type Open = 'merge' | 'link' | 'remove' | undefined;

/** Everything about one spot of the catalogue, and what a person can do to it. */
export function SpotPage({ spotId, store }: { spotId: string; store: Store }): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
    const back = (event: KeyboardEvent): void => {
      const typing = document.activeElement?.closest('input, select, dialog, video') != null;
      if (event.key === 'Escape' && !typing) location.hash = '#/catalogue';
    };
    addEventListener('keydown', back);
    return () => removeEventListener('keydown', back);
  }, [spotId]);
  const { value, problem } = useLoaded(spotId, store.catalogueVersion, async () => {
    const spot = await loadSpot(spotId).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    if (spot === undefined) return 'gone' as const;
    // The evidence of a spot that was merged away stays under its own id.
    const evidence = await loadEvidence([spot.spotId, spotId]).catch(() => new Map<string, SpotEvidence>());
    return { spot, evidence: evidence.get(spot.spotId) ?? evidence.get(spotId) };
  });
  return (
    <>
      <nav class="crumbs" aria-label="Breadcrumb">
        <a href="#/catalogue">Catalogue</a>
        <span aria-hidden="true">/</span>
        <h2 tabIndex={-1} ref={heading}>
          {value === undefined || value === 'gone' ? 'Spot' : value.spot.title}
        </h2>
        {value !== undefined && value !== 'gone' && <StatusBadge status={value.spot.status} />}
      </nav>
      <Notice store={store} />
      {problem !== '' && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {value === 'gone' && (
        <div class="message">
          <p>There is no such spot in the catalogue; it may have been removed.</p>
          <p>
            <a href="#/catalogue">Back to the catalogue</a>
          </p>
        </div>
      )}
      {value !== undefined && value !== 'gone' && <Details key={value.spot.spotId} {...value} store={store} />}
    </>
  );
}

function Details({ spot, evidence, store }: { spot: ApiSpotDetail; evidence: SpotEvidence | undefined; store: Store }): JSX.Element {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const [open, setOpen] = useState<Open>();
  const [relation, setRelation] = useState<'version' | 'cut-down'>('cut-down');
  /** Runs a change; what it says is told only when the server has done it. */
  const run = (change: () => Promise<ApiSpot | void>, said: (spot: ApiSpot | void) => string): void => {
    setBusy(true);
    setProblem('');
    store.tell('');
    change()
      .then((result) => {
        store.tell(said(result));
        setOpen(undefined);
        store.catalogueChanged();
      })
      .catch((error: unknown) => setProblem(problemOf(error)))
      .finally(() => setBusy(false));
  };
  const { spotId, title, brand, product, category, status } = spot;
  const names = { title, brand, product, category };
  const goTo = (id: string): void => {
    location.hash = spotHref(id);
  };
  return (
    <div class="detail">
      <div class="detail__main">
        <Evidence evidence={evidence} spot={spot} store={store} />
        <AiringsTable
          spot={spot}
          store={store}
          busy={busy}
          onSplit={(airingId) =>
            run(
              () => spotActions.split(spotId, airingId),
              (made) => `Split out as “${made?.title ?? ''}”; it is in the catalogue on its own now.`,
            )
          }
        />
      </div>
      <div class="detail__side">
        <section class="panel" aria-labelledby="names-title">
          <h3 id="names-title" class="section-title">
            {status === 'candidate' ? 'What is it?' : 'Names'}
          </h3>
          {status === 'candidate' && (
            <p class="panel__hint">It aired {spot.airings} times. Name and confirm it, or reject it when it is no advertisement.</p>
          )}
          {status === 'rejected' && <p class="panel__hint">It was rejected: it is never proposed again and its airings do not count.</p>}
          <NamesForm
            names={names}
            categoryName={spot.categoryName}
            submit={status === 'confirmed' ? 'Save' : 'Confirm'}
            busy={busy}
            onSubmit={(edited) =>
              status === 'confirmed'
                ? run(
                    () => spotActions.save(spotId, edited),
                    (saved) => `Saved as “${saved?.title ?? ''}”.`,
                  )
                : run(
                    () => spotActions.confirm(spotId, edited),
                    (saved) => `“${saved?.title ?? ''}” is known now.`,
                  )
            }
          >
            {status !== 'rejected' && (
              <button
                type="button"
                class="button"
                disabled={busy}
                onClick={() =>
                  run(
                    () => spotActions.reject(spotId),
                    () => 'Rejected. It is never proposed again.',
                  )
                }
              >
                Reject
              </button>
            )}
          </NamesForm>
          {problem !== '' && open === undefined && (
            <p class="problem" role="alert">
              {problem}
            </p>
          )}
        </section>
        <Relatives
          spot={spot}
          busy={busy}
          onMerge={(into) =>
            run(
              async () => merged(await spotActions.merge(spotId, into), goTo),
              (kept) => `Merged into “${kept?.title ?? ''}”.`,
            )
          }
          onLink={(child, parentId) =>
            run(
              () => spotActions.link(child, parentId, 'cut-down'),
              () => 'Linked as a cut-down.',
            )
          }
          onUnlink={() =>
            run(
              () => spotActions.unlink(spotId),
              () => 'Unlinked.',
            )
          }
        />
        <section class="panel" aria-labelledby="more-title">
          <h3 id="more-title" class="section-title">
            Tidy up
          </h3>
          <div class="buttons">
            <button type="button" class="button" disabled={busy} onClick={() => setOpen('merge')}>
              Merge into…
            </button>
            <button type="button" class="button" disabled={busy} onClick={() => setOpen('link')}>
              Link as version…
            </button>
            <button type="button" class="button button--danger" disabled={busy} onClick={() => setOpen('remove')}>
              Remove…
            </button>
          </div>
          <p class="panel__hint mono">{spotId}</p>
        </section>
      </div>
      {open === 'merge' && (
        <ChooseSpot
          title={`Merge “${title}” into`}
          hint="Both show the same advertisement. Its airings and what it is recognised by go to the spot you choose."
          without={spotId}
          busy={busy}
          problem={problem}
          onClose={() => setOpen(undefined)}
          onChoose={(into) =>
            run(
              async () => merged(await spotActions.merge(spotId, into.spotId), goTo),
              (kept) => `Merged into “${kept?.title ?? ''}”.`,
            )
          }
        />
      )}
      {open === 'link' && (
        <ChooseSpot
          title={`Link “${title}” to`}
          hint="Choose the longer or the original spot."
          without={spotId}
          busy={busy}
          problem={problem}
          onClose={() => setOpen(undefined)}
          onChoose={(parent) =>
            run(
              () => spotActions.link(spotId, parent.spotId, relation),
              () => `Linked to “${parent.title}”.`,
            )
          }
        >
          <fieldset class="relation">
            <legend class="visually-hidden">What it is of the spot you choose</legend>
            {(['cut-down', 'version'] as const).map((kind) => (
              <label key={kind}>
                <input type="radio" name="relation" checked={relation === kind} onChange={() => setRelation(kind)} />
                {kind === 'cut-down' ? 'A cut-down (shorter)' : 'Another version'}
              </label>
            ))}
          </fieldset>
        </ChooseSpot>
      )}
      {open === 'remove' && (
        <Dialog title={`Remove “${title}”?`} onClose={() => setOpen(undefined)}>
          <p class="dialog__hint">It is no longer recognised. Its airings stay in the log. When it airs twice again it becomes a candidate.</p>
          {problem !== '' && (
            <p class="problem" role="alert">
              {problem}
            </p>
          )}
          <div class="buttons">
            <button
              type="button"
              class="button button--danger"
              disabled={busy}
              onClick={() =>
                run(
                  async () => {
                    await removeSpot(spotId);
                    location.hash = '#/catalogue';
                  },
                  () => 'Removed.',
                )
              }
            >
              Remove
            </button>
            <button type="button" class="button" onClick={() => setOpen(undefined)}>
              Keep it
            </button>
          </div>
        </Dialog>
      )}
    </div>
  );
}

function merged(kept: ApiSpot, goTo: (spotId: string) => void): ApiSpot {
  goTo(kept.spotId);
  return kept;
}

function Evidence({ evidence, spot, store }: { evidence: SpotEvidence | undefined; spot: ApiSpotDetail; store: Store }): JSX.Element {
  return (
    <section class="panel evidence-panel" aria-label="Pictures and clip">
      {evidence === undefined ? (
        <div class="strip strip--none strip--large">
          <span>Pictures and a clip are made when it airs on a channel of this installation.</span>
        </div>
      ) : (
        <>
          <video
            class="clip"
            controls
            preload="metadata"
            playsInline
            src={evidence.clip}
            poster={evidence.pictures[0]}
            aria-label={`Clip of ${spot.title}`}
          />
          <KeyPictures evidence={evidence} title={spot.title} count={5} />
        </>
      )}
      <p class="spot__facts">
        <span>{shortLength(spot.durationMs)}</span>
        <span>{airingsText(spot.airings)}</span>
        {evidence !== undefined && (
          <span>
            clip of {store.channels.get(evidence.streamId)?.title ?? evidence.streamId}, {dayAndTime(evidence.eventTimeMs)}
            {evidence.clipMs < evidence.durationMs * 0.95 ? ` (only ${shortLength(evidence.clipMs)} was recorded)` : ''}
          </span>
        )}
        {spot.origin !== '' && <span>from {spot.origin}</span>}
      </p>
    </section>
  );
}
