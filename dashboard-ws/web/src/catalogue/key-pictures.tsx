import type { JSX } from 'preact';

import type { SpotEvidence } from '../../../../schemas/ws/api.ts';

/** The key pictures of a spot in a row; a quiet place where there are none yet. */
export function KeyPictures({ evidence, title, count = 4 }: { evidence: SpotEvidence | undefined; title: string; count?: number }): JSX.Element {
  if (evidence === undefined) {
    return (
      <div class="strip strip--none">
        <span>No pictures yet</span>
      </div>
    );
  }
  return (
    <div class="strip">
      {evidence.pictures.slice(0, count).map((url, index) => (
        <img key={url} src={url} alt={`${title}, picture ${index + 1}`} loading="lazy" decoding="async" />
      ))}
    </div>
  );
}
