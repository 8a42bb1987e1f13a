import { type Fault, fail, fault, ok, type Result } from '#shared/units/result.ts';
import { parseDuration } from '#shared/units/time.ts';

/** What `npm start -- …` may say. */
export interface StartOptions {
  /** Ends by itself after this long; null = until closed. */
  readonly forMs: number | null;
  /** Starts this tape at once instead of showing the start screen. */
  readonly tape: string | null;
  /** Trades at this profile's venues at once: asks for the vault's passphrase first. */
  readonly profile: string | null;
  readonly speed: number;
  /** Without a display: a window nobody sees, a report on standard output, a screenshot. */
  readonly headlessReport: boolean;
  readonly screenshot: string | null;
  /** Where the venue of a profile is reached instead of its own address: a simulator that was started elsewhere. */
  readonly endpoint: string | null;
  readonly help: boolean;
}

export const USAGE = `Keel

  npm start -- [--for 60s] [--tape march-2020|may-2021 | --profile NAME] [--speed 1…3600] [--screenshot FILE.png] [--endpoint URL]

  --for         end by itself after this long (90, 60s, 5m)
  --tape        start this tape at once instead of choosing one
  --profile     trade at the venues of a profile at once, as all-sims; the vault is opened first
  --speed       tape seconds per second, 1 to 3600 (default 60)
  --screenshot  where the picture of the window goes when there is no display
  --endpoint    where a simulator is reached, ws://127.0.0.1:PORT/ws/api/v2, or VENUE=ADDRESS,… for several
`;

type Draft = { -readonly [K in keyof StartOptions]: StartOptions[K] };

const VALUED: Readonly<Record<string, (draft: Draft, value: string) => Fault | null>> = {
  '--for': (draft, value) => {
    draft.forMs = parseDuration(value);
    return draft.forMs === null ? fault('usage', `--for: expected a duration such as 60s, was "${value}"`) : null;
  },
  '--tape': (draft, value) => {
    draft.tape = value;
    return null;
  },
  '--profile': (draft, value) => {
    draft.profile = value;
    return null;
  },
  '--speed': (draft, value) => {
    draft.speed = Number(value);
    const fits = Number.isFinite(draft.speed) && draft.speed >= 1 && draft.speed <= 3600;
    return fits ? null : fault('usage', `--speed: expected a number from 1 to 3600, was "${value}"`);
  },
  '--screenshot': (draft, value) => {
    draft.screenshot = value;
    return null;
  },
  '--endpoint': (draft, value) => {
    draft.endpoint = value;
    return null;
  },
};

const FLAGS: Readonly<Record<string, Partial<StartOptions>>> = {
  '--headless-report': { headlessReport: true },
  '--help': { help: true },
};

/** Reads our own arguments; Chromium's switches (all that Electron itself understands) pass by. */
export function parseOptions(args: readonly string[]): Result<StartOptions> {
  const draft: Draft = {
    forMs: null,
    tape: null,
    profile: null,
    speed: 60,
    headlessReport: false,
    screenshot: null,
    endpoint: null,
    help: false,
  };
  for (let index = 0; index < args.length; index++) {
    const [name, inline] = (args[index] ?? '').split(/=(.*)/s);
    const take = VALUED[name ?? ''];
    Object.assign(draft, FLAGS[name ?? '']);
    if (!take) continue;
    const value = inline ?? args[++index];
    if (value === undefined) return fail(fault('usage', `${name} needs a value`));
    const problem = take(draft, value);
    if (problem) return fail(problem);
  }
  return ok(draft);
}
