import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { channelsOf } from '#main/alerts/channels.ts';
import { createDispatch } from '#main/alerts/dispatch.ts';
import { NO_KEYS } from '#main/session/adapters/adapter-kind.ts';
import { isKeyless } from '#main/session/adapters/index.ts';
import { clockOf, openLiveVenues } from '#main/session/live.ts';
import { machineClock } from '#main/session/machine-clock.ts';
import { PROFILE_NAMES, profileNamed, readProfile, withEndpoint } from '#main/session/profile.ts';
import { logLines } from '#main/session/projector.ts';
import { reportTable } from '#main/session/report-table.ts';
import { openSession, type Session } from '#main/session/session.ts';
import { DEMO } from '#main/session/session-venues.ts';
import { type AutomationLevel, standardRule } from '#shared/domain/automation.ts';
import { type AlertsFile, alertsFile } from '#shared/ipc/alerts-file.ts';
import { controlPolicyFile, policiesFrom } from '#shared/ipc/control-policy-file.ts';
import { type Fault, unwrap } from '#shared/units/result.ts';
import { parseDuration } from '#shared/units/time.ts';
import { type Command, DONE, type Output, options, readInput, toJson, usageFault } from './command.ts';
import { readable } from './measure.ts';
import { ccxtHost, openSigner, VAULT_OPTIONS, vaultFile } from './vault.ts';

const outRoot = fileURLToPath(new URL('..', import.meta.url));

function speedOf(text: string): number {
  const speed = Number(text);
  if (!Number.isFinite(speed) || speed < 1 || speed > 3600)
    throw usageFault(`--speed: expected a number from 1 to 3600, was "${text}"`);
  return speed;
}

function durationOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const duration = parseDuration(text);
  if (duration === null) throw usageFault(`--for: expected a duration such as 60s, was "${text}"`);
  return duration;
}

const LEVELS = ['off', 'observe', 'automatic'] as const;

function levelOf(text: string): (typeof LEVELS)[number] {
  const level = LEVELS.find((one) => one === text);
  if (level === undefined) throw usageFault(`--auto-hedge: expected one of ${LEVELS.join(', ')}, was "${text}"`);
  return level;
}

/** Lets the delta hedger act by itself in every underlying of the book, inside the standard budget, and tells what it does. */
async function autoHedge(session: Session, level: AutomationLevel, say: (line: string) => void): Promise<void> {
  if (level === 'off') return;
  const { engine } = session;
  const press = { by: 'cli', with: '--auto-hedge' } as const;
  engine.subscribe((notice) => {
    if (notice.type !== 'automation' || notice.automation.act === 'wait') return;
    const { act, why, rule } = notice.automation;
    say(`${rule.controller} ${rule.underlying}: ${act}: ${why}`);
  });
  if (level === 'automatic')
    unwrap(await engine.arm({ accounts: [...engine.book.accounts.keys()], budget: null }, press));
  const underlyings = new Set([...engine.book.instruments.values()].map((one) => one.underlying));
  for (const underlying of underlyings) unwrap(await engine.automate({ ...standardRule(underlying), level }, press));
}

/** Sends what the log calls watch or critical over the file's channels; a server without a window has no desktop. */
function sendAlerts(session: Session, file: AlertsFile, say: (line: string) => void): void {
  const dispatch = createDispatch(channelsOf(file), file, (reason) => say(reason.message));
  session.engine.subscribe((notice) => {
    for (const line of logLines(notice, session.clock.now())) void dispatch(line);
  });
}

/** Resolves when the time is over or the run is interrupted. */
function until(durationMs: number | null): Promise<void> {
  return new Promise((resolve) => {
    if (durationMs !== null) setTimeout(resolve, durationMs);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

interface Place {
  readonly profile: string;
  readonly endpoint: string | undefined;
  readonly vault: string;
}

/** The profile's venues and clock with keys from the vault; the paper venues for the demo. */
async function venuesOf({ profile: name, endpoint, vault }: Place, output: Output) {
  if (name === DEMO) return { live: null, clock: machineClock(), signer: null };
  const named = name.endsWith('.json') ? readProfile(readFileSync(name, 'utf8'), name) : profileNamed(name);
  const profile = endpoint === undefined ? named : withEndpoint(named, endpoint);
  const clock = await clockOf(profile);
  const onFlaw = (reason: Fault): void => output.say(reason.message);
  if (profile.venues.every(isKeyless)) {
    return { live: openLiveVenues(profile, { ...NO_KEYS, clock, onFlaw }), clock, signer: null };
  }
  const signer = await openSigner(vault, { make: false, output });
  try {
    return {
      live: openLiveVenues(profile, { signer, cards: signer.cards, clock, ccxtHost: ccxtHost(signer), onFlaw }),
      clock,
      signer,
    };
  } catch (thrown) {
    await signer.lock();
    throw thrown;
  }
}

export const run: Command = {
  usage: `keel run --profile demo|${PROFILE_NAMES.join('|')}|FILE.json [--for 60s] [--headless] [--record FILE.db] [--auto-hedge observe|automatic] [--policies POLICIES.json] [--alerts ALERTS.json] [--tape march-2020] [--speed 60] [--vault FILE] [--endpoint URL|VENUE=URL,…]`,
  about:
    'the engine without a window, on the paper venue or, with keys of the vault, at a venue; prints the last risk report as JSON',
  async run(args, output) {
    const { values } = options(args, {
      profile: { type: 'string', default: 'demo' },
      tape: { type: 'string', default: 'march-2020' },
      for: { type: 'string' },
      speed: { type: 'string', default: '60' },
      record: { type: 'string' },
      'auto-hedge': { type: 'string', default: 'off' },
      policies: { type: 'string' },
      alerts: { type: 'string' },
      headless: { type: 'boolean', default: true },
      endpoint: { type: 'string' },
      ...VAULT_OPTIONS,
    });
    const duration = durationOf(values.for);
    const level = levelOf(values['auto-hedge']);
    const file = values.record ?? join(mkdtempSync(join(tmpdir(), 'keel-')), 'keel.db');
    const { profile, endpoint } = values;
    const { live, clock, signer } = await venuesOf({ profile, endpoint, vault: vaultFile(values) }, output);
    const session = await openSession({
      id: 'cli',
      file,
      venueFile: `${file}-paper`,
      live,
      tape: values.tape,
      speed: speedOf(values.speed),
      clock,
      resources: join(outRoot, '..', 'resources'),
      riskWorker: new URL('../main/risk-worker.js', import.meta.url),
      installId: 'cli',
      ...(values.policies === undefined
        ? {}
        : { policies: policiesFrom(readInput(controlPolicyFile, values.policies)) }),
      onFault: (reason) => output.say(reason.message),
    });
    output.say(`session recorded in ${file}`);
    if (values.alerts !== undefined) sendAlerts(session, readInput(alertsFile, values.alerts), output.say);
    await autoHedge(session, level, output.say);
    await until(duration);
    const report = session.risk.latest;
    await session.close();
    await signer?.lock();
    if (report) {
      output.say(reportTable(report));
      output.result(toJson(readable(report)));
    }
    return DONE;
  },
};
