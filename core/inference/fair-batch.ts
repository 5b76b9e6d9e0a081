/** What batching needs to know of a waiting picture. */
export interface Waiting {
  streamKey: string;
}

/**
 * Takes the next batch out of a first-in-first-out queue: the oldest pictures, at most `maxPerStream` of one stream as long as others
 * wait. Taken elements leave `queue`; the rest keeps its order.
 */
export function takeFairBatch<Item extends Waiting>(queue: Item[], maxBatch: number, maxPerStream: number): Item[] {
  const taken: Item[] = [];
  const passedOver: Item[] = [];
  const perStream = new Map<string, number>();
  let index = 0;
  for (; index < queue.length && taken.length < maxBatch; index += 1) {
    const item = queue[index] as Item;
    const count = perStream.get(item.streamKey) ?? 0;
    if (count >= maxPerStream) {
      passedOver.push(item);
      continue;
    }
    perStream.set(item.streamKey, count + 1);
    taken.push(item);
  }
  const onlyOneStream = perStream.size === 1 && queue.every((item) => perStream.has(item.streamKey));
  if (onlyOneStream) taken.push(...passedOver.splice(0, maxBatch - taken.length));
  queue.splice(0, index, ...passedOver);
  return taken;
}
