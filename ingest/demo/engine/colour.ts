/** An SVG colour from hue in degrees, saturation and lightness in per cent, and opacity. */
export function hsl(hueDeg: number, saturation: number, lightness: number, opacity = 1): string {
  const hue = ((hueDeg % 360) + 360) % 360;
  const s = Math.min(100, Math.max(0, saturation)) / 100;
  const l = Math.min(100, Math.max(0, lightness)) / 100;
  const chroma = (1 - Math.abs(2 * l - 1)) * s;
  const channel = (shift: number): number => {
    const k = (shift + hue / 30) % 12;
    return Math.round(255 * (l - (chroma / 2) * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return `rgba(${channel(0)},${channel(8)},${channel(4)},${opacity.toFixed(3)})`;
}

/** A stop of an SVG gradient: offset 0 to 1 and an SVG colour. */
export type GradientStop = readonly [number, string];

// librsvg reads opacity inside rgba() of stop-color, so one attribute is enough.
const stopsSvg = (stops: readonly GradientStop[]): string => stops.map(([at, colour]) => `<stop offset="${at}" stop-color="${colour}"/>`).join('');

/** A linear gradient definition; the direction is in fractions of the painted box (0,0 to 0,1 is top to bottom). */
export function linearGradient(id: string, stops: readonly GradientStop[], x2 = 0, y2 = 1): string {
  return `<linearGradient id="${id}" x1="0" y1="0" x2="${x2}" y2="${y2}">${stopsSvg(stops)}</linearGradient>`;
}

/** A radial gradient definition around (cx, cy) in fractions of the painted box. */
export function radialGradient(id: string, stops: readonly GradientStop[], cx = 0.5, cy = 0.5, r = 0.5): string {
  return `<radialGradient id="${id}" cx="${cx}" cy="${cy}" r="${r}">${stopsSvg(stops)}</radialGradient>`;
}

/**
 * A filter that replaces what it is put on by fractal noise of one colour whose opacity is the noise, `gain * noise + bias`: clouds, grass,
 * walls. Frequencies are per user unit.
 */
export function noiseFilter(
  id: string,
  options: { fx: number; fy?: number; octaves?: number; seed: number; gain: number; bias: number; rgb: readonly [number, number, number] },
): string {
  const [r, g, b] = options.rgb;
  const matrix = `0 0 0 0 ${r} 0 0 0 0 ${g} 0 0 0 0 ${b} ${options.gain} 0 0 0 ${options.bias}`;
  const turbulence = `<feTurbulence type="fractalNoise" baseFrequency="${options.fx} ${options.fy ?? options.fx}" numOctaves="${options.octaves ?? 3}" seed="${options.seed}"/>`;
  return `<filter id="${id}" x="0" y="0" width="1" height="1" color-interpolation-filters="sRGB">${turbulence}<feColorMatrix values="${matrix}"/></filter>`;
}
