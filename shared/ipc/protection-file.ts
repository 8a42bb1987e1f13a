import { z } from 'zod';
import { DEFAULT_PROTECTION, RUNGS, rank } from '#shared/control/protection-policy.ts';
import { finite } from './schemas.ts';

const fraction = finite
  .gt(0, { error: 'a fraction above 0, such as 0.65 for 65 %' })
  .max(1, { error: 'a fraction up to 1, such as 0.65 for 65 %' });
const usd = finite.min(0, { error: 'USD, 0 or more' });
const standard = DEFAULT_PROTECTION;

const trigger = (of: (typeof standard.rungs)['alert']) =>
  z
    .strictObject({
      /** Maintenance margin ÷ equity. */
      ratio: fraction.nullable().default(of.ratio),
      sigmaDays: finite.gt(0).max(40).nullable().default(of.sigmaDays),
      probability: fraction.nullable().default(of.probability),
    })
    .prefault({});

/** POLICY.json for `keel protect`; what is left out has its default. Ratios are fractions, money is USD. */
export const protectionFile = z
  .strictObject({
    rungs: z
      .strictObject({
        alert: trigger(standard.rungs.alert),
        'top-up': trigger(standard.rungs['top-up']),
        reduce: trigger(standard.rungs.reduce),
        close: trigger(standard.rungs.close),
        divest: trigger(standard.rungs.divest),
      })
      .prefault({}),
    hysteresis: finite.min(0).max(0.5).default(standard.hysteresis),
    targetRatio: fraction.default(standard.targetRatio),
    targetSigmaDays: finite.min(0).max(40).default(standard.targetSigmaDays),
    automaticUpTo: z.enum(RUNGS).default(standard.automaticUpTo),
    caps: z
      .strictObject({
        topUpUsd: usd.default(standard.caps.topUpUsd),
        reduceUsd: usd.default(standard.caps.reduceUsd),
        costUsd: usd.default(standard.caps.costUsd),
      })
      .prefault({}),
    stress: z
      .array(finite.gt(-1).max(10))
      .min(1)
      .default([...standard.stress]),
    stressToleranceUsd: usd.default(standard.stressToleranceUsd),
    lastingImpact: finite.min(0).max(1).default(standard.lastingImpact),
    clips: z.int().min(1).max(200).default(standard.clips),
    transferUsd: usd.default(standard.transferUsd),
  })
  .check((context) => {
    const { rungs, targetRatio, caps, automaticUpTo } = context.value;
    const fail = (message: string, path: readonly string[]): void => {
      context.issues.push({ code: 'custom', message, path: [...path], input: context.value });
    };
    let before: { readonly rung: string; readonly ratio: number } | null = null;
    for (const rung of RUNGS) {
      const ratio = rung === 'none' ? null : rungs[rung].ratio;
      if (ratio === null) continue;
      if (before && ratio <= before.ratio)
        fail(`more than ${before.ratio} of ${before.rung}`, ['rungs', rung, 'ratio']);
      before = { rung, ratio };
    }
    const acting = [rungs['top-up'].ratio, rungs.reduce.ratio].flatMap((one) => (one === null ? [] : [one]));
    const least = Math.min(...acting);
    if (targetRatio >= least) fail(`less than ${least}, where acting begins`, ['targetRatio']);
    if (caps.costUsd > caps.reduceUsd) {
      fail(`at most reduceUsd, ${caps.reduceUsd}: closing costs less than what is closed`, ['caps', 'costUsd']);
    }
    if (automaticUpTo === 'top-up' && caps.topUpUsd === 0) {
      fail('more than 0, as top-ups are automatic', ['caps', 'topUpUsd']);
    }
    if (rank(automaticUpTo) >= rank('reduce') && caps.reduceUsd === 0) {
      fail('more than 0, as reductions are automatic', ['caps', 'reduceUsd']);
    }
  });
