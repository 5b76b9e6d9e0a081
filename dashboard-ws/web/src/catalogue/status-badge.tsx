import type { JSX } from 'preact';

import type { ApiSpot } from '../../../../schemas/ws/catalogue-api.ts';

/** Status of a spot for people. */
export const statusWords: Record<ApiSpot['status'], string> = { candidate: 'Candidate', confirmed: 'Known', rejected: 'Rejected' };

/** Status of a spot as a label. */
export function StatusBadge({ status }: { status: ApiSpot['status'] }): JSX.Element {
  const tone = { candidate: 'badge--candidate', confirmed: 'badge--known', rejected: 'badge--rejected' }[status];
  return <span class={`badge ${tone}`}>{statusWords[status]}</span>;
}
