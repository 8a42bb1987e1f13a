/** What the load bench tells its processes, and what they tell it. */
export interface VenuesTask {
  readonly task: 'venues';
  readonly first: number;
  readonly count: number;
  /** Of each venue. */
  readonly perSecond: number;
  readonly privatePerSecond: number;
}
export type VenuesOrder = VenuesTask | { readonly task: 'start' } | { readonly task: 'stop' };
export interface VenuesReady {
  readonly urls: readonly string[];
}
export interface VenuesReport {
  readonly sent: number;
  /** Tickers that were due and not sent: the client did not take them. */
  readonly heldBack: number;
  readonly privateSent: number;
  /** Share of a core. */
  readonly cpu: number;
}

export type EngineOrder =
  | { readonly task: 'connect'; readonly urls: readonly string[] }
  | { readonly task: 'begin' }
  | { readonly task: 'end' };
export interface EngineReport {
  readonly messages: number;
  readonly fills: number;
  readonly doubled: number;
  readonly flaws: number;
  /** From the venue's stamp to the engine's market data; milliseconds. */
  readonly tickToBookP50: number;
  readonly tickToBookP99: number;
  readonly loopMaxMs: number;
  readonly loopP999Ms: number;
  readonly cpu: number;
  readonly heapMb: readonly [before: number, after: number];
  /** Bare JSON.parse of one such message. */
  readonly parseUs: number;
}

/** Live objects after a full collection, MB. */
export function liveHeapMb(): number {
  const collect: unknown = Reflect.get(globalThis, 'gc');
  if (typeof collect === 'function') collect();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

export interface Listed {
  readonly rest: string;
  readonly ws: string;
  readonly instruments: number;
}
