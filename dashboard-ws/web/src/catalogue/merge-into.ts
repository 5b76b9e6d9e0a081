import { spotHref } from '../routes.ts';
import { spotActions } from './catalogue-api.ts';

/** Merges a spot into another and goes to the one that is left. @returns the sentence to tell */
export async function mergeInto(spotId: string, into: string): Promise<string> {
  const kept = await spotActions.merge(spotId, into);
  location.hash = spotHref(kept.spotId);
  return `Merged into “${kept.title}”.`;
}
