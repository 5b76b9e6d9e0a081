import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

import type { ApiSpotDetail } from '../../../../schemas/ws/catalogue-api.ts';
import { Dialog } from '../parts/dialog.tsx';
import { removeSpot, spotActions } from './catalogue-api.ts';
import { ChooseSpot } from './choose-spot.tsx';
import { mergeInto } from './merge-into.ts';
import type { Action } from './use-action.ts';

/** What a dialog of a spot is about. */
export type SpotDialogKind = 'merge' | 'link' | 'remove';

interface SpotDialogProps extends Action {
  kind: SpotDialogKind;
  spot: ApiSpotDetail;
  onClose: () => void;
}

/** The dialogs of a spot's page: merge into another, link as a version, remove. */
export function SpotDialog(props: SpotDialogProps): JSX.Element {
  if (props.kind === 'merge') return <MergeDialog {...props} />;
  return props.kind === 'link' ? <LinkDialog {...props} /> : <RemoveDialog {...props} />;
}

function MergeDialog({ spot, busy, problem, act, onClose }: SpotDialogProps): JSX.Element {
  return (
    <ChooseSpot
      title={`Merge “${spot.title}” into`}
      hint="Both show the same advertisement. Its airings and what it is recognised by go to the spot you choose."
      without={spot.spotId}
      busy={busy}
      problem={problem}
      onClose={onClose}
      onChoose={(into) => act(async () => await mergeInto(spot.spotId, into.spotId))}
    />
  );
}

function LinkDialog({ spot, busy, problem, act, onClose }: SpotDialogProps): JSX.Element {
  const [relation, setRelation] = useState<'version' | 'cut-down'>('cut-down');
  return (
    <ChooseSpot
      title={`Link “${spot.title}” to`}
      hint="Choose the longer or the original spot."
      without={spot.spotId}
      busy={busy}
      problem={problem}
      onClose={onClose}
      onChoose={(parent) =>
        act(async () => {
          await spotActions.link(spot.spotId, parent.spotId, relation);
          return `Linked to “${parent.title}”.`;
        })
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
  );
}

function RemoveDialog({ spot, busy, problem, act, onClose }: SpotDialogProps): JSX.Element {
  const remove = async (): Promise<string> => {
    await removeSpot(spot.spotId);
    location.hash = '#/catalogue';
    return `“${spot.title}” was removed.`;
  };
  return (
    <Dialog title={`Remove “${spot.title}”?`} onClose={onClose}>
      <p class="dialog__hint">It is no longer recognised. Its airings stay in the log.</p>
      {problem !== '' && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <div class="buttons">
        <button type="button" class="button button--danger" disabled={busy} onClick={() => act(remove)}>
          Remove
        </button>
        <button type="button" class="button" onClick={onClose}>
          Keep it
        </button>
      </div>
    </Dialog>
  );
}
