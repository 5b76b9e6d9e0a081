/**
 * A QR code of version 3, level L, mask 0 (ISO/IEC 18004): 29 x 29 modules, up to 53 bytes of text. Small on purpose: it serves pictures of
 * generated advertisements.
 */
const size = 29;
const dataBytes = 55;
const checkBytes = 15;
/** Format information of level L with mask 0, already masked (ISO/IEC 18004, table C.1). */
const formatBits = 0b111011111000100;

/** Logarithms of GF(256) with the polynomial 0x11d. */
function galoisTables(): { exp: Uint8Array; log: Uint8Array } {
  const exp = new Uint8Array(512);
  const log = new Uint8Array(256);
  for (let power = 0, value = 1; power < 255; power++) {
    exp[power] = value;
    exp[power + 255] = value;
    log[value] = power;
    value = (value << 1) ^ (value >= 128 ? 0x11d : 0);
  }
  return { exp, log };
}

function checkWords(data: Uint8Array): Uint8Array {
  const { exp, log } = galoisTables();
  const times = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : (exp[(log[a] as number) + (log[b] as number)] as number));
  let generator = [1];
  for (let root = 0; root < checkBytes; root++) {
    const next = new Array<number>(generator.length + 1).fill(0);
    generator.forEach((factor, index) => {
      next[index] = (next[index] as number) ^ factor;
      next[index + 1] = (next[index + 1] as number) ^ times(factor, exp[root] as number);
    });
    generator = next;
  }
  const rest = new Uint8Array(data.length + checkBytes);
  rest.set(data);
  for (let index = 0; index < data.length; index++) {
    const lead = rest[index] as number;
    if (lead !== 0) generator.forEach((factor, offset) => (rest[index + offset] = (rest[index + offset] as number) ^ times(factor, lead)));
  }
  return rest.subarray(data.length);
}

function codeWords(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text).subarray(0, dataBytes - 2);
  const bits: number[] = [];
  const put = (value: number, count: number): void => {
    for (let bit = count - 1; bit >= 0; bit--) bits.push((value >> bit) & 1);
  };
  put(4, 4);
  put(bytes.length, 8);
  for (const byte of bytes) put(byte, 8);
  put(0, 4);
  while (bits.length % 8 !== 0) bits.push(0);
  const data = new Uint8Array(dataBytes);
  for (let index = 0; index < dataBytes; index++) {
    const pad = (index - bits.length / 8) % 2 === 0 ? 0xec : 0x11;
    data[index] = index * 8 < bits.length ? parseInt(bits.slice(index * 8, index * 8 + 8).join(''), 2) : pad;
  }
  return Uint8Array.from([...data, ...checkWords(data)]);
}

type Grid = (boolean | undefined)[][];

function drawPatterns(grid: Grid): void {
  const set = (row: number, column: number, dark: boolean): void => {
    if (row >= 0 && row < size && column >= 0 && column < size) (grid[row] as (boolean | undefined)[])[column] = dark;
  };
  const finder = (top: number, left: number): void => {
    for (let row = -1; row <= 7; row++) {
      for (let column = -1; column <= 7; column++) {
        const ring = Math.max(Math.abs(row - 3), Math.abs(column - 3));
        set(top + row, left + column, ring !== 2 && ring !== 4);
      }
    }
  };
  finder(0, 0);
  finder(0, size - 7);
  finder(size - 7, 0);
  for (let index = 8; index < size - 8; index++) {
    set(6, index, index % 2 === 0);
    set(index, 6, index % 2 === 0);
  }
  for (let row = -2; row <= 2; row++)
    for (let column = -2; column <= 2; column++) set(22 + row, 22 + column, Math.max(Math.abs(row), Math.abs(column)) !== 1);
  for (let bit = 0; bit < 15; bit++) {
    const dark = ((formatBits >> bit) & 1) === 1;
    if (bit < 6) set(bit, 8, dark);
    else if (bit < 8) set(bit + 1, 8, dark);
    else set(size - 15 + bit, 8, dark);
    if (bit < 8) set(8, size - 1 - bit, dark);
    else if (bit < 9) set(8, 15 - bit, dark);
    else set(8, 14 - bit, dark);
  }
  set(size - 8, 8, true);
}

/** The modules of the QR code of a text, rows of 29, true is dark; text beyond 53 bytes is cut off. */
export function qrModules(text: string): boolean[][] {
  const grid: Grid = Array.from({ length: size }, () => new Array<boolean | undefined>(size).fill(undefined));
  drawPatterns(grid);
  const words = codeWords(text);
  let bit = 0;
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step++) {
      const row = ((right + 1) & 2) === 0 ? size - 1 - step : step;
      for (const column of [right, right - 1]) {
        const cells = grid[row] as (boolean | undefined)[];
        if (cells[column] !== undefined) continue;
        const dark = bit < words.length * 8 && (((words[bit >> 3] as number) >> (7 - (bit & 7))) & 1) === 1;
        cells[column] = dark !== ((row + column) % 2 === 0);
        bit++;
      }
    }
  }
  return grid.map((row) => row.map((cell) => cell === true));
}

/** The QR code as SVG on a white card of `side` units with its quiet zone. */
export function qrSvg(text: string, x: number, y: number, side: number): string {
  const unit = side / (size + 6);
  let path = '';
  qrModules(text).forEach((row, top) => row.forEach((dark, left) => (path += dark ? `M${left} ${top}h1v1h-1Z` : '')));
  return `<g transform="translate(${x} ${y})"><rect width="${side}" height="${side}" rx="${side * 0.05}" fill="#fff"/><path transform="translate(${3 * unit} ${3 * unit}) scale(${unit})" d="${path}" fill="#101418" shape-rendering="crispEdges"/></g>`;
}
