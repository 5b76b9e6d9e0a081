/**
 * What speaks for and against "this is the same as then", summed from moment to moment: the score rises while both agree and falls when they
 * do not, so that the stretch that agrees ends where the score was highest (the cumulative sum test of Page, "Continuous inspection schemes", 1954).
 */
export class Agreement {
  score = 0;
  /** Codes compared that can prove something, and the bits in which they differ. */
  codes = 0;
  bits = 0;
  /** Pictures compared that show something, the bits in which they differ, and how often what is shown changed. */
  pictures = 0;
  pictureBits = 0;
  scenes = 0;

  /** A copy: how things stood at the best moment. */
  copy(): Agreement {
    return Object.assign(new Agreement(), this);
  }

  /** Adds what was found elsewhere in the same stretch. */
  merge(other: Agreement): void {
    this.score += other.score;
    this.codes += other.codes;
    this.bits += other.bits;
    this.pictures += other.pictures;
    this.pictureBits += other.pictureBits;
    this.scenes += other.scenes;
  }

  /** Share of sound bits that differ; undefined when nothing was compared. */
  get bitErrorRate(): number | undefined {
    return this.codes === 0 ? undefined : this.bits / (32 * this.codes);
  }

  /** Mean distance of the pictures, bits of 64; undefined when fewer than four were compared. */
  get hashBits(): number | undefined {
    return this.pictures < 4 ? undefined : this.pictureBits / this.pictures;
  }
}
