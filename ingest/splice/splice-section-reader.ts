import type { Complaint } from '../media-reading.ts';
import type { ReceivedSplice } from './received-splice.ts';
import { spliceMessages } from './scte35/splice-messages.ts';
import { type SpliceRefusal, parseSpliceSection } from './scte35/splice-section.ts';

/** The same section again within this much of the programme clock is a duplicate packet (ISO/IEC 13818-1, 2.4.3.3), microseconds. */
const duplicateUs = 1_000;

const sentences: Record<Exclude<SpliceRefusal, 'foreign'>, string> = {
  damaged: 'A SCTE 35 section was damaged and left out.',
  encrypted: 'An encrypted SCTE 35 section was left out.',
  version: 'A SCTE 35 section of an unknown version was left out.',
};

/** Turns what comes on the data streams of an input into splice cues; anything that is no splice_info_section is passed over. Never throws. */
export class SpliceSectionReader {
  readonly #refused = new Map<Exclude<SpliceRefusal, 'foreign'>, number>();
  #last: { bytes: Buffer; sourceUs: number } | undefined;

  /** @param sourceUs programme clock when the packet came, microseconds of the source */
  read(packet: Buffer, sourceUs: number): ReceivedSplice[] {
    const parsed = parseSpliceSection(packet);
    if (!parsed.ok) {
      if (parsed.refusal !== 'foreign') this.#refused.set(parsed.refusal, (this.#refused.get(parsed.refusal) ?? 0) + 1);
      return [];
    }
    const last = this.#last;
    if (last !== undefined && Math.abs(sourceUs - last.sourceUs) < duplicateUs && last.bytes.equals(packet)) return [];
    this.#last = { bytes: Buffer.from(packet), sourceUs };
    return spliceMessages(parsed.section, packet, sourceUs);
  }

  /** What could not be read since the last call. */
  takeComplaints(): Complaint[] {
    const complaints = [...this.#refused].map(([refusal, count]) => ({ code: 'E_SPLICE_UNREADABLE' as const, message: sentences[refusal], count }));
    this.#refused.clear();
    return complaints;
  }
}
