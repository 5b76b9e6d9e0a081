import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

import type { SpotEvidence } from '../../../../schemas/ws/api.ts';
import type { ApiSpotDetail } from '../../../../schemas/ws/catalogue-api.ts';
import type { Store } from '../live/store.ts';
import { AiringsTable } from './airings-table.tsx';
import { spotActions } from './catalogue-api.ts';
import { mergeInto } from './merge-into.ts';
import { NamesForm } from './names-form.tsx';
import { Relatives } from './relatives.tsx';
import { SpotDialog, type SpotDialogKind } from './spot-dialog.tsx';
import { SpotEvidencePanel } from './spot-evidence.tsx';
import { type Action, useAction } from './use-action.ts';

interface SpotDetailsProps {
  spot: ApiSpotDetail;
  evidence: SpotEvidence | undefined;
  store: Store;
}

/** What a spot shows, where it aired, what it is called, and what can be done to it. */
export function SpotDetails({ spot, evidence, store }: SpotDetailsProps): JSX.Element {
  const [open, setOpen] = useState<SpotDialogKind>();
  const action = useAction(store, () => setOpen(undefined));
  const { busy, act } = action;
  const { spotId } = spot;
  const split = async (airingId: string): Promise<string> => {
    const made = await spotActions.split(spotId, airingId);
    return `Split out as “${made.title}”; it is in the catalogue on its own now.`;
  };
  const link = async (child: string, parentId: string): Promise<string> => {
    await spotActions.link(child, parentId, 'cut-down');
    return 'Linked as a cut-down.';
  };
  const unlink = async (): Promise<string> => {
    await spotActions.unlink(spotId);
    return 'Unlinked.';
  };
  return (
    <div class="detail">
      <div class="detail__main">
        <SpotEvidencePanel evidence={evidence} spot={spot} store={store} />
        <AiringsTable spot={spot} store={store} busy={busy} onSplit={(airingId) => act(async () => await split(airingId))} />
      </div>
      <div class="detail__side">
        <Names spot={spot} action={action} quiet={open !== undefined} />
        <Relatives
          spot={spot}
          busy={busy}
          onMerge={(into) => act(async () => await mergeInto(spotId, into))}
          onLink={(child, parentId) => act(async () => await link(child, parentId))}
          onUnlink={() => act(unlink)}
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
      {open !== undefined && <SpotDialog kind={open} spot={spot} {...action} onClose={() => setOpen(undefined)} />}
    </div>
  );
}

/** The form of names; `quiet` while a dialog shows what is wrong. */
function Names({ spot, action: { busy, problem, act }, quiet }: { spot: ApiSpotDetail; action: Action; quiet: boolean }): JSX.Element {
  const { spotId, title, brand, product, category, status } = spot;
  const reject = async (): Promise<string> => {
    await spotActions.reject(spotId);
    return 'Rejected. It is never proposed again.';
  };
  return (
    <section class="panel" aria-labelledby="names-title">
      <h3 id="names-title" class="section-title">
        {status === 'candidate' ? 'What is it?' : 'Names'}
      </h3>
      {status === 'candidate' && (
        <p class="panel__hint">
          It aired {spot.airings === 1 ? 'once' : `${spot.airings} times`}. Name and confirm it, or reject it when it is no advertisement.
        </p>
      )}
      {status === 'rejected' && <p class="panel__hint">It was rejected: it is never proposed again and its airings do not count.</p>}
      <NamesForm
        names={{ title, brand, product, category }}
        categoryName={spot.categoryName}
        submit={status === 'confirmed' ? 'Save' : 'Confirm'}
        busy={busy}
        onSubmit={(names) =>
          act(async () =>
            status === 'confirmed'
              ? `Saved as “${(await spotActions.save(spotId, names)).title}”.`
              : `“${(await spotActions.confirm(spotId, names)).title}” is known now.`,
          )
        }
      >
        {status !== 'rejected' && (
          <button type="button" class="button" disabled={busy} onClick={() => act(reject)}>
            Reject
          </button>
        )}
      </NamesForm>
      {problem !== '' && !quiet && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </section>
  );
}
