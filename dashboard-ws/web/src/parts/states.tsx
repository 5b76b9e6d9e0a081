import type { JSX } from 'preact';

/** Before the first snapshot: the page's shape, quietly. */
export function Loading(): JSX.Element {
  return (
    <div class="tiles" aria-busy="true" data-testid="loading">
      <p class="visually-hidden">Loading channels</p>
      {[0, 1, 2].map((index) => (
        <div key={index} class="tile tile--skeleton" aria-hidden="true">
          <div class="skeleton skeleton--picture" />
          <div class="skeleton skeleton--line" />
          <div class="skeleton skeleton--short" />
        </div>
      ))}
    </div>
  );
}

/** No stream has said anything yet. */
export function Empty(): JSX.Element {
  return (
    <div class="message" data-testid="empty">
      <h2>No channels yet</h2>
      <p>
        Channels appear here as soon as a stream starts. Run <code>npm start</code> for the demo channel, or list your streams in{' '}
        <code>sightline.yaml</code> and start with <code>--config sightline.yaml</code>.
      </p>
    </div>
  );
}

/** The first snapshot could not be fetched. */
export function Failed({ problem }: { problem: string }): JSX.Element {
  return (
    <div class="message message--failed" role="alert" data-testid="failed">
      <h2>The dashboard cannot reach its server</h2>
      <p>{problem} Trying again on its own.</p>
    </div>
  );
}
