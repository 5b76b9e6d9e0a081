import type { ForeignLook, ForeignPlan } from './foreign-plan.ts';
import { framesOf } from './items.ts';

const headlines =
  'Ferry to the islands cancelled until noon   +++   Two new parks open on Saturday   +++   Record harvest of apples expected   +++   Mountain road closed for repairs   +++   ';

/** Filters that draw noise, ticker and logo over the whole recording, the logo only where it is on air; begins with a comma. */
export function logoFilters(plan: ForeignPlan): string {
  const { widthPx, heightPx } = plan.canvas;
  let filters = '';
  if (plan.ticker) {
    const text = `drawtext=font='DejaVu Sans':text='${headlines.repeat(3)}':fontsize=${Math.round(heightPx / 18)}:fontcolor=white:y=h-th*1.4:x='w-mod(t*${Math.round(widthPx / 6)},w+tw)'`;
    filters += `,noise=alls=5:allf=t,drawbox=x=0:y=ih*0.9:w=iw:h=ih*0.1:color=0x1b2a6b@0.9:t=fill,${text}`;
  }
  return plan.look.mark === 'none' ? filters : `${filters}${mark(plan.look, widthPx, heightPx, onAir(plan))}`;
}

function mark(look: ForeignLook, widthPx: number, heightPx: number, enable: string): string {
  const [width, height] = [Math.round(widthPx * 0.12), Math.round(heightPx * 0.085)];
  const x = look.corner.endsWith('left') ? Math.round(widthPx * 0.05) : Math.round(widthPx * 0.95) - width;
  const y = look.corner.startsWith('top') ? Math.round(heightPx * 0.07) : Math.round(heightPx * 0.8) - height;
  const opacity = look.opacity.toFixed(2);
  const size = Math.round(Math.min(height * 0.95, (width * 1.5) / look.name.length));
  const text = `drawtext=font='DejaVu Sans':text='${look.name}':fontsize=${size}:fontcolor=white@${opacity}:x=${x}+(${width}-tw)/2:y=${y}+(${height}-th)/2:enable='${enable}'`;
  if (look.mark === 'text') return `,${text}:shadowcolor=black@0.4:shadowx=1:shadowy=1`;
  const box = (inset: number, colour: string): string =>
    `drawbox=x=${x + inset}:y=${y + inset}:w=${width - 2 * inset}:h=${height - 2 * inset}:color=${colour}@${opacity}:t=fill:enable='${enable}'`;
  if (look.mark === 'box') return `,${box(0, '0xb00020')},${text}`;
  return `,${box(0, 'white')},${box(Math.round(height / 5), '0x0050c0')},${box(Math.round(height / 2.6), 'yellow')}`;
}

/** ffmpeg expression that is true for the pictures with the logo. */
function onAir(plan: ForeignPlan): string {
  const spans: [number, number][] = [];
  let frame = 0;
  for (const item of plan.items) {
    const end = frame + framesOf(item);
    const last = spans.at(-1);
    if (item.logo && last?.[1] === frame) last[1] = end;
    else if (item.logo) spans.push([frame, end]);
    frame = end;
  }
  return spans.map(([from, to]) => `between(n,${from},${to - 1})`).join('+');
}
