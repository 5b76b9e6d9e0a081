import type { EventPublisher } from '../../core/events/event-bus.ts';
import type { Break, Frame, Spot } from '../../schemas/events.generated.ts';
import { topics } from '../../schemas/topics.ts';
import { EventMaker } from './event-maker.ts';
import { type MadePicture, programmePicture, spotPicture } from './picture-maker.ts';

/** A channel of the scene. */
interface ScenePlan {
  streamId: string;
  title: string;
  hue: number;
  sourceKind: string;
  /** Minutes between the starts of breaks. */
  everyMin: number;
  onBreak: boolean;
  state: 'live' | 'stalled';
}

const plans: ScenePlan[] = [
  { streamId: 'north-one', title: 'North One', hue: 212, sourceKind: 'srt', everyMin: 14, onBreak: false, state: 'live' },
  { streamId: 'harbour-tv', title: 'Harbour TV', hue: 168, sourceKind: 'hls', everyMin: 17, onBreak: true, state: 'live' },
  { streamId: 'city-news', title: 'City News 24', hue: 338, sourceKind: 'udp', everyMin: 11, onBreak: false, state: 'live' },
  { streamId: 'sport-arena', title: 'Sport Arena', hue: 28, sourceKind: 'rtsp', everyMin: 23, onBreak: false, state: 'stalled' },
];

const titles = ['Aurora Coffee', 'Drive Tomorrow', '', 'Nordlys Bank', 'Fjord Airlines', '', 'Bramble & Oak', 'Lumen Energy'];
const spotMs = 20_000;
const minuteMs = 60_000;

/** A control room with four channels and an hour behind them. */
export class ControlRoom {
  readonly #publisher: EventPublisher;
  readonly #makers = new Map<string, EventMaker>();
  readonly #nowMs: number;
  readonly #plans: ScenePlan[];
  #step = 0;

  constructor(publisher: EventPublisher, nowMs: number, streams = plans.length) {
    this.#publisher = publisher;
    this.#nowMs = nowMs;
    this.#plans = plans.slice(plans.length === streams ? 0 : 1, streams + (plans.length === streams ? 0 : 1));
    for (const { streamId } of this.#plans) this.#makers.set(streamId, new EventMaker(streamId, nowMs - 62 * minuteMs));
  }

  /** Publishes what happened in the last hour. */
  async publishPast(): Promise<void> {
    for (const [index, plan] of this.#plans.entries()) {
      const maker = this.#maker(plan);
      const statusFields = { title: plan.title, sourceKind: plan.sourceKind, widthPx: 1920, heightPx: 1080 };
      await this.#publisher.publish(topics.streamStatus, [
        maker.status(this.#nowMs - 61 * minuteMs, { ...statusFields, state: 'connecting', rateFps: 0 }),
        maker.status(this.#nowMs - 60.9 * minuteMs, statusFields),
      ]);
      const breaks: Break[] = [];
      const spots: Spot[] = [];
      let number = index;
      for (let at = this.#nowMs - 58 * minuteMs + index * 2 * minuteMs; at < this.#nowMs - 4 * minuteMs; at += plan.everyMin * minuteMs) {
        number = this.#addBreak(maker, at, 6 + (number % 3), number, breaks, spots);
      }
      await this.#publisher.publish(topics.breaks, breaks);
      await this.#publisher.publish(topics.spots, spots);
      const shots = [];
      for (let at = this.#nowMs - 60 * minuteMs; at < this.#nowMs;) {
        const lengthMs = 3000 + (Math.floor(at / 7) % 9000);
        const inBreak = breaks.some((item) => at >= item.eventTimeMs && at < item.eventTimeMs + (item.endUs ?? 0) / 1000 - item.ptsUs / 1000);
        shots.push(maker.shot(Math.round(at), Math.round(inBreak ? lengthMs / 5 : lengthMs)));
        at += inBreak ? lengthMs / 5 : lengthMs;
      }
      await this.#publisher.publish(topics.shots, shots);
    }
  }

  /** Publishes what is on air now: an open break where the plan says so, and states. */
  async publishPresent(): Promise<void> {
    for (const plan of this.#plans) {
      const maker = this.#maker(plan);
      const stalled = plan.state === 'stalled';
      const message = stalled ? 'No picture for 6 s from the source; reconnecting in 2 s.' : '';
      const fields = { title: plan.title, sourceKind: plan.sourceKind, widthPx: 1920, heightPx: 1080, message, state: plan.state };
      await this.#publisher.publish(topics.streamStatus, [maker.status(this.#nowMs - 6000, { ...fields, rateFps: stalled ? 0 : 25 })]);
      if (!plan.onBreak) continue;
      const startMs = this.#nowMs - 72_000;
      const open = maker.break(startMs, { revision: 2, state: 'confirmed', confidence: 0.94 });
      await this.#publisher.publish(topics.breaks, [open]);
      const airings = [0, 1, 2, 3].map((place) =>
        maker.spot(startMs + place * spotMs, {
          breakId: open.breakId,
          position: place + 1,
          spotId: `spot-${(place + 3) % titles.length}`,
          title: titles[(place + 3) % titles.length] ?? '',
          known: place !== 2,
          airing: place + 1,
          confidence: 0.91 - place * 0.05,
          ...(place < 3 ? { endMs: startMs + (place + 1) * spotMs, state: 'final' as const } : {}),
        }),
      );
      await this.#publisher.publish(topics.spots, airings);
    }
  }

  /** Publishes one new picture, its boxes and its sound for every live channel. */
  async tick(): Promise<void> {
    this.#step += 1;
    for (const plan of this.#plans) {
      if (plan.state !== 'live' && this.#step > 1) continue;
      const maker = this.#maker(plan);
      const made = plan.onBreak ? await spotPicture(this.#step, plan.hue) : await programmePicture(this.#step, plan.hue);
      await publishPicture(this.#publisher, maker, Date.now(), made);
      const loudness = -26 + 10 * Math.sin(this.#step + plan.hue);
      await this.#publisher.publish(topics.signals, [maker.signals(Date.now(), loudness)]);
    }
  }

  #addBreak(maker: EventMaker, atMs: number, count: number, number: number, breaks: Break[], spots: Spot[]): number {
    const item = maker.break(atMs, { revision: 4, state: 'final', confidence: 0.9 + (number % 9) / 100, endMs: atMs + count * spotMs });
    breaks.push(item);
    for (let place = 0; place < count; place += 1) {
      const which = (number + place) % titles.length;
      const fields = { breakId: item.breakId, position: place + 1, spotId: `spot-${which}`, title: titles[which] ?? '' };
      const startMs = atMs + place * spotMs;
      spots.push(
        maker.spot(startMs, { ...fields, endMs: startMs + spotMs, state: 'final', known: which !== 2, airing: 1 + (place % 3), confidence: 0.93 }),
      );
    }
    return number + 3;
  }

  #maker(plan: ScenePlan): EventMaker {
    const maker = this.#makers.get(plan.streamId);
    if (maker === undefined) throw new Error(`No maker for ${plan.streamId}.`);
    return maker;
  }
}

/** Publishes a picture as a frame and its graphics as detections; returns the frame. */
export async function publishPicture(publisher: EventPublisher, maker: EventMaker, atMs: number, made: MadePicture): Promise<Frame> {
  const frame = maker.frame(atMs, made.jpeg);
  await publisher.publish(topics.frames, [frame]);
  await publisher.publish(topics.detections, [maker.detections(frame, made.graphics)]);
  return frame;
}
