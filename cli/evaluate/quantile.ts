/** Smallest value under or at which a share of the values lies (nearest rank); undefined for none. */
export function quantile(values: readonly number[], share: number): number | undefined {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

/** The {@link quantile} in the middle; NaN for none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5) ?? Number.NaN;
}
