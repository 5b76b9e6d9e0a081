import sharp from 'sharp';

/** A box of a graphic that was drawn, in pixels of the picture. */
export interface DrawnGraphic {
  label: string;
  confidence: number;
  xyxyPx: [number, number, number, number];
}

/** A picture with what is drawn in it. */
export interface MadePicture {
  jpeg: Buffer;
  graphics: DrawnGraphic[];
}

/** A news studio with channel logo, lower third, ticker and clock; the presenter moves with `step`. */
export async function programmePicture(step: number, hue: number): Promise<MadePicture> {
  const x = 300 + Math.round(18 * Math.sin(step / 3));
  const towers = Array.from({ length: 14 }, (_, index) => {
    const height = 60 + ((index * 53) % 90);
    return `<rect x="${index * 48}" y="${230 - height}" width="40" height="${height}" fill="hsl(${hue} 30% ${16 + (index % 3) * 5}%)"/>`;
  }).join('');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360">
    <defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="hsl(${hue} 55% 22%)"/><stop offset="1" stop-color="hsl(${hue + 40} 50% 52%)"/></linearGradient></defs>
    <rect width="640" height="360" fill="url(#sky)"/>${towers}
    <rect y="228" width="640" height="132" fill="hsl(${hue} 25% 14%)"/>
    <ellipse cx="${x}" cy="262" rx="78" ry="92" fill="#20293a"/><circle cx="${x}" cy="142" r="42" fill="#d9a987"/>
    <path d="M${x - 44} 138a44 46 0 0 1 88 0l-8 -6a60 40 0 0 0 -72 0z" fill="#3a2a20"/>
    <rect x="560" y="18" width="58" height="30" rx="5" fill="#fff"/><text x="589" y="40" font-family="sans-serif" font-weight="700" font-size="20" text-anchor="middle" fill="hsl(${hue} 70% 35%)">N${hue % 9}</text>
    <rect x="28" y="262" width="330" height="34" fill="#f4f6f9"/><text x="40" y="286" font-family="sans-serif" font-weight="700" font-size="19" fill="#10151d">Harbour bridge opens early</text>
    <rect x="28" y="296" width="220" height="22" fill="hsl(${hue} 60% 34%)"/><text x="40" y="312" font-family="sans-serif" font-size="13" fill="#fff">Live from the waterfront</text>
    <rect y="334" width="640" height="26" fill="#0d1320"/><text x="12" y="352" font-family="sans-serif" font-size="14" fill="#dfe6f0">Markets close higher  ·  Rain expected by evening  ·  City cup final tonight</text>
    <rect x="26" y="20" width="66" height="26" rx="3" fill="#0d1320"/><text x="59" y="39" font-family="sans-serif" font-size="16" text-anchor="middle" fill="#fff">20:${String(15 + (step % 40)).padStart(2, '0')}</text></svg>`;
  return {
    jpeg: await sharp(Buffer.from(svg)).jpeg({ quality: 82 }).toBuffer(),
    graphics: [
      { label: 'channel-logo', confidence: 0.97, xyxyPx: [558, 16, 620, 50] },
      { label: 'lower-third', confidence: 0.93, xyxyPx: [26, 260, 360, 320] },
      { label: 'ticker', confidence: 0.9, xyxyPx: [0, 333, 640, 360] },
      { label: 'clock', confidence: 0.86, xyxyPx: [25, 18, 94, 48] },
    ],
  };
}

/** A product with its price, without a channel logo. */
export async function spotPicture(step: number, hue: number): Promise<MadePicture> {
  const x = 60 + ((step * 9) % 80);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360">
    <defs><radialGradient id="glow" cx="0.4" cy="0.5" r="0.8"><stop offset="0" stop-color="hsl(${hue} 80% 72%)"/><stop offset="1" stop-color="hsl(${hue + 25} 75% 34%)"/></radialGradient></defs>
    <rect width="640" height="360" fill="url(#glow)"/><ellipse cx="${x + 190}" cy="292" rx="210" ry="20" fill="rgba(0,0,0,.28)"/>
    <path d="M${x} 270q6-44 60-50l44-52q16-18 44-18h84q26 0 46 22l44 48q62 4 66 50v12q0 8-10 8H${x + 10}q-10 0-10-20z" fill="#f7f9fc"/>
    <path d="M${x + 120} 216l34-40q8-10 22-10h24v50zM${x + 216} 166h34q18 0 30 14l32 36h-96z" fill="#233044"/>
    <circle cx="${x + 84}" cy="284" r="34" fill="#171c24"/><circle cx="${x + 84}" cy="284" r="17" fill="#aab4c2"/><circle cx="${x + 310}" cy="284" r="34" fill="#171c24"/><circle cx="${x + 310}" cy="284" r="17" fill="#aab4c2"/>
    <text x="40" y="84" font-family="sans-serif" font-weight="800" font-size="46" fill="#fff">Drive tomorrow</text>
    <rect x="476" y="54" width="132" height="62" rx="31" fill="#e3263c"/><text x="542" y="96" font-family="sans-serif" font-weight="800" font-size="30" text-anchor="middle" fill="#fff">€ 199</text></svg>`;
  return {
    jpeg: await sharp(Buffer.from(svg)).jpeg({ quality: 82 }).toBuffer(),
    graphics: [{ label: 'price-tag', confidence: 0.88, xyxyPx: [474, 52, 610, 118] }],
  };
}
