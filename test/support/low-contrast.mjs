// Runs in the page: texts whose contrast with what is behind them is under WCAG 2.2 AA (4.5, large text 3).
() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const known = new Map();
  const parse = (colour) => {
    const seen = known.get(colour);
    if (seen !== undefined) return seen;
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const parsed = [...canvas.getImageData(0, 0, 1, 1).data];
    known.set(colour, parsed);
    return parsed;
  };
  const luminance = ([red = 0, green = 0, blue = 0]) => {
    const [r = 0, g = 0, b = 0] = [red, green, blue].map((value) =>
      value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const bad = [];
  let checked = 0;
  for (const element of document.querySelectorAll('#app *')) {
    const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim() !== '');
    // Boxes and their labels stand on pictures; what is off screen for eyes is for ears.
    if (own.length === 0 || element.closest('.boxes, .visually-hidden, .skip, .picture, .tile__stale, thead') !== null) continue;
    checked += 1;
    let behind = element;
    let ground;
    while (behind !== null && (ground?.[3] ?? 0) < 255) {
      ground = parse(getComputedStyle(behind).backgroundColor);
      behind = behind.parentElement;
    }
    const style = getComputedStyle(element);
    const [a, b] = [luminance(parse(style.color) ?? []), luminance(ground ?? [])].sort((x, y) => y - x);
    const ratio = ((a ?? 0) + 0.05) / ((b ?? 0) + 0.05);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) bad.push(`${element.className || element.tagName}: "${element.innerText.slice(0, 30)}" ${ratio.toFixed(2)}`);
  }
  if (checked < 50) bad.push(`only ${checked} texts were looked at`);
  return [...new Set(bad)];
};
