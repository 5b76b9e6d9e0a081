import type { BatchHandler, BusDeps, SubscribeOptions, Subscription, TopicPartition } from '../bus.ts';
import type { LogClient } from './log-client.ts';
import { PartitionReader } from './partition-reader.ts';

/** A member of a group: one subscription and the partitions it reads now. */
interface Member {
  options: SubscribeOptions;
  handler: BatchHandler;
  readers: Map<string, { place: TopicPartition; reader: PartitionReader }>;
}

const keyOf = (place: TopicPartition): string => `${place.topic}/${place.partition}`;

/**
 * A consumer group inside this process. Partitions of a topic are dealt out evenly to the members that subscribe to it, in join order;
 * members keep what they have where they can. A partition changes hands only after the handler that has it is done.
 */
export class Group {
  readonly #groupId: string;
  readonly #client: LogClient;
  readonly #deps: BusDeps;
  readonly #members = new Set<Member>();
  #turn: Promise<void> = Promise.resolve();

  constructor(groupId: string, client: LogClient, deps: BusDeps) {
    this.#groupId = groupId;
    this.#client = client;
    this.#deps = deps;
  }

  /** Adds a member; resolves when its partitions are assigned and their positions known. */
  async join(options: SubscribeOptions, handler: BatchHandler): Promise<Subscription> {
    const member: Member = { options, handler, readers: new Map() };
    this.#members.add(member);
    try {
      await this.#rebalance();
    } catch (error) {
      this.#members.delete(member);
      throw error;
    }
    return {
      close: async () => {
        if (this.#members.delete(member)) await this.#leave(member);
        else await this.#turn;
      },
      crashed: this.#client.crashed,
    };
  }

  /** Closes every member. */
  async close(): Promise<void> {
    const left = [...this.#members];
    this.#members.clear();
    await Promise.all(left.map(async (member) => await this.#leave(member)));
  }

  async #leave(member: Member): Promise<void> {
    for (const { reader } of member.readers.values()) reader.expire();
    await this.#rebalance(member);
  }

  /** One rebalance at a time; a failed one does not block the next. */
  async #rebalance(leaving?: Member): Promise<void> {
    const turn = this.#turn.then(async () => await this.#assign(leaving));
    this.#turn = turn.catch(() => undefined);
    await turn;
  }

  async #assign(leaving: Member | undefined): Promise<void> {
    const target = await this.#target(leaving);
    const affected = [...this.#members, ...(leaving === undefined ? [] : [leaving])];
    await Promise.all(affected.map(async (member) => await this.#revoke(member, target.get(member) ?? new Map())));
    for (const member of this.#members) await this.#grant(member, target.get(member) ?? new Map());
  }

  async #revoke(member: Member, wanted: ReadonlyMap<string, TopicPartition>): Promise<void> {
    const lost = [...member.readers].filter(([key]) => !wanted.has(key));
    await Promise.all(lost.map(async ([, { reader }]) => await reader.stop()));
    for (const [key] of lost) member.readers.delete(key);
    if (lost.length > 0) member.options.onRevoked?.(lost.map(([, { place }]) => place));
  }

  async #grant(member: Member, wanted: ReadonlyMap<string, TopicPartition>): Promise<void> {
    const gained = [...wanted].filter(([key]) => !member.readers.has(key));
    if (gained.length === 0) return;
    const { from = 'earliest', maxBatchRecords = 100 } = member.options;
    const shared = { groupId: this.#groupId, from, maxBatchRecords, handler: member.handler, client: this.#client, deps: this.#deps };
    const readers = gained.map(([key, place]) => ({ key, place, reader: new PartitionReader({ ...shared, ...place }) }));
    await Promise.all(readers.map(async ({ reader }) => await reader.prepare()));
    member.options.onAssigned?.(gained.map(([, place]) => place));
    for (const { key, place, reader } of readers) {
      member.readers.set(key, { place, reader });
      reader.start();
    }
  }

  /** Who should read what: an even share per topic, kept places first. */
  async #target(leaving: Member | undefined): Promise<Map<Member, Map<string, TopicPartition>>> {
    const target = new Map([...this.#members].map((member) => [member, new Map<string, TopicPartition>()] as const));
    const topics = new Set([...this.#members].flatMap((member) => [...member.options.topics]));
    for (const topic of topics) {
      const members = [...this.#members].filter((member) => member.options.topics.includes(topic));
      // A closing process may have lost its log already; those who stay still need the count.
      const count = leaving !== undefined && members.length === 0 ? 0 : (await this.#client.positions(this.#groupId, topic)).length;
      const places = Array.from({ length: count }, (_, partition): TopicPartition => ({ topic, partition }));
      const free: TopicPartition[] = [];
      const share = Math.ceil(count / Math.max(1, members.length));
      const held = new Map(members.map((member) => [member, 0]));
      const give = (member: Member, place: TopicPartition): void => {
        target.get(member)?.set(keyOf(place), place);
        held.set(member, (held.get(member) ?? 0) + 1);
      };
      for (const place of places) {
        const holder = members.find((member) => member.readers.has(keyOf(place)));
        if (holder !== undefined && (held.get(holder) ?? 0) < share) give(holder, place);
        else free.push(place);
      }
      for (const place of free) {
        const least = members.reduce((best, member) => ((held.get(member) ?? 0) < (held.get(best) ?? 0) ? member : best));
        give(least, place);
      }
    }
    return target;
  }
}
