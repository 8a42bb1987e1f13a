import { DEFAULT_THRESHOLDS, type MarginThresholds } from '#shared/control/margin-monitor.ts';
import type { AlertsForm } from '#shared/ipc/alerts-file.ts';

export type ChannelDraft = AlertsForm['channels'][number];

/** Margin thresholds as they are typed: percent, and days of one standard deviation. */
export interface ThresholdsDraft {
  readonly ratioWatch: string;
  readonly ratioCritical: string;
  readonly sigmaWatch: string;
  readonly sigmaCritical: string;
  readonly hysteresis: string;
}

/** alerts.json as it is typed; figures are texts until they are saved. */
export interface AlertsDraft extends Pick<AlertsForm, 'least' | 'desktop' | 'sound' | 'channels'> {
  /** Hours of the UTC day; both empty: none. */
  readonly quietFrom: string;
  readonly quietTo: string;
  readonly repeatSeconds: string;
  /** Null without a session: they belong to its policies. */
  readonly thresholds: ThresholdsDraft | null;
}

/** A typed figure; what is none becomes null in the file, and is refused there by its name. */
function figure(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text.replace(',', '.'));
}

/** Percent as a fraction, without the dust of a binary division. */
function fraction(text: string): number {
  return Number((figure(text) / 100).toFixed(6));
}

function percent(value: number): string {
  return String(Number((value * 100).toFixed(4)));
}

export function draftOf(form: AlertsForm, thresholds: MarginThresholds | null): AlertsDraft {
  const { least, quietHours, repeatMs, desktop, sound, channels } = form;
  return {
    least,
    desktop,
    sound,
    channels,
    quietFrom: quietHours === null ? '' : String(quietHours.from),
    quietTo: quietHours === null ? '' : String(quietHours.to),
    repeatSeconds: String(repeatMs / 1000),
    thresholds:
      thresholds === null
        ? null
        : {
            ratioWatch: percent(thresholds.ratio.watch),
            ratioCritical: percent(thresholds.ratio.critical),
            sigmaWatch: String(thresholds.sigmaDays.watch),
            sigmaCritical: String(thresholds.sigmaDays.critical),
            hysteresis: percent(thresholds.hysteresis),
          },
  };
}

/** alerts.json as the draft has it, with a mark where a token is. */
export function alertsText(draft: AlertsDraft): string {
  const { least, desktop, sound, channels, quietFrom, quietTo, repeatSeconds } = draft;
  const none = quietFrom.trim() === '' && quietTo.trim() === '';
  const quietHours = none ? null : { from: figure(quietFrom), to: figure(quietTo) };
  const repeatMs = Math.round(figure(repeatSeconds) * 1000);
  return JSON.stringify({ least, quietHours, repeatMs, desktop, sound, channels }, null, 2);
}

export function thresholdsOf(draft: ThresholdsDraft): MarginThresholds {
  return {
    ratio: { watch: fraction(draft.ratioWatch), critical: fraction(draft.ratioCritical) },
    sigmaDays: { watch: figure(draft.sigmaWatch), critical: figure(draft.sigmaCritical) },
    hysteresis: fraction(draft.hysteresis),
  };
}

type PolicyText = Readonly<Record<string, unknown>> & { readonly 'margin-monitor'?: Partial<MarginThresholds> };

/** The policies that main has taken; an empty text is all defaults. */
function policiesIn(text: string): PolicyText {
  return text.trim() === '' ? {} : (JSON.parse(text) as PolicyText);
}

export function thresholdsIn(policies: string): MarginThresholds {
  return { ...DEFAULT_THRESHOLDS, ...policiesIn(policies)['margin-monitor'] };
}

/** The same policies with other thresholds. */
export function withThresholds(policies: string, thresholds: MarginThresholds): string {
  return JSON.stringify({ ...policiesIn(policies), 'margin-monitor': thresholds }, null, 2);
}
