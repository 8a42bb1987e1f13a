/** One policy's outcome: mean over the courses of the variance left (USD²) and of the cost (USD). */
export interface FrontierPoint {
  readonly parameter: number;
  readonly variance: number;
  readonly cost: number;
}

interface Picture {
  readonly title: string;
  readonly families: Readonly<Record<string, readonly FrontierPoint[]>>;
  /** The default policy. */
  readonly own: FrontierPoint;
}

const [WIDTH, HEIGHT, MARGIN] = [340, 300, 48];
/** Told apart by dash and mark, not by colour alone. */
const LOOKS: readonly { readonly colour: string; readonly dash: string }[] = [
  { colour: '#131a24', dash: '' },
  { colour: '#a1420a', dash: '6 3' },
  { colour: '#0a5ca8', dash: '2 2' },
  { colour: '#a0257f', dash: '8 2 2 2' },
];

function extent(values: readonly number[]): readonly [number, number] {
  const logs = values.filter((one) => one > 0).map(Math.log10);
  return [Math.min(...logs), Math.max(...logs)];
}

function frame({ title, families, own }: Picture, left: number): string {
  const all = [...Object.values(families).flat(), own];
  const [costs, variances] = [extent(all.map((one) => one.cost)), extent(all.map((one) => one.variance))];
  const place = ({ cost, variance }: FrontierPoint): string => {
    const x = left + MARGIN + ((WIDTH - 1.3 * MARGIN) * (Math.log10(cost) - costs[0])) / (costs[1] - costs[0]);
    const y =
      HEIGHT - MARGIN - ((HEIGHT - 2 * MARGIN) * (Math.log10(variance) - variances[0])) / (variances[1] - variances[0]);
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  };
  const curves = Object.values(families).map((points, k) => {
    const sorted = points.filter((one) => one.cost > 0 && one.variance > 0).toSorted((a, b) => a.cost - b.cost);
    const { colour, dash } = LOOKS[k % LOOKS.length]!;
    return `<path d="M${sorted.map(place).join('L')}" fill="none" stroke="${colour}" stroke-width="1.5" stroke-dasharray="${dash}"/>`;
  });
  const [x, y] = place(own).split(' ');
  const axis = `cost ${(10 ** costs[0]).toPrecision(2)} to ${(10 ** costs[1]).toPrecision(2)} USD →`;
  return (
    `<rect x="${left + MARGIN}" y="${MARGIN}" width="${WIDTH - 1.3 * MARGIN}" height="${HEIGHT - 2 * MARGIN}" fill="none" stroke="#cbd3de"/>` +
    `${curves.join('')}<circle cx="${x}" cy="${y}" r="5" fill="none" stroke="#131a24" stroke-width="2"/>` +
    `<text x="${left + MARGIN}" y="${MARGIN - 10}" font-weight="600">${title}</text>` +
    `<text x="${left + MARGIN}" y="${HEIGHT - MARGIN + 18}">${axis}</text>` +
    `<text transform="translate(${left + MARGIN - 8} ${HEIGHT - MARGIN}) rotate(-90)">variance left (log) →</text>`
  );
}

/** Cost against the variance that is left, both logarithmic, one frame a book; the ring is the default policy. */
export function frontierSvg(pictures: readonly Picture[]): string {
  const width = WIDTH * pictures.length;
  const names = Object.keys(pictures[0]?.families ?? {});
  const legend = names.map((name, k) => {
    const { colour, dash } = LOOKS[k % LOOKS.length]!;
    const x = MARGIN + 170 * k;
    return `<path d="M${x} ${HEIGHT + 8}h28" stroke="${colour}" stroke-width="1.5" stroke-dasharray="${dash}"/><text x="${x + 34}" y="${HEIGHT + 12}">${name}</text>`;
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT + 28}" font-family="system-ui,sans-serif" font-size="12" fill="#131a24">` +
    `<rect width="${width}" height="${HEIGHT + 28}" fill="#ffffff"/>${pictures.map((one, k) => frame(one, k * WIDTH)).join('')}${legend.join('')}</svg>\n`
  );
}
