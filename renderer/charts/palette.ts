import { useSyncExternalStore } from 'react';
import { buildRamp, type Ramp } from './ramp.ts';

/** The theme's tokens as a canvas needs them. */
export interface Palette {
  readonly panel: string;
  readonly raised: string;
  readonly border: string;
  readonly control: string;
  readonly text1: string;
  readonly text2: string;
  readonly text3: string;
  readonly up: string;
  readonly down: string;
  readonly ok: string;
  readonly watch: string;
  readonly critical: string;
  readonly whatIf: string;
  readonly focus: string;
  readonly font: string;
  readonly ramp: Ramp;
}

const RAMP_STOPS = [0, 1, 2, 3, 4, 5, 6] as const;

function read(): Palette {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    panel: token('panel'),
    raised: token('raised'),
    border: token('border'),
    control: token('control-outline'),
    text1: token('text-1'),
    text2: token('text-2'),
    text3: token('text-3'),
    up: token('up'),
    down: token('down'),
    ok: token('ok'),
    watch: token('watch'),
    critical: token('critical'),
    whatIf: token('what-if'),
    focus: token('focus'),
    font: token('font-text'),
    ramp: buildRamp(RAMP_STOPS.map((stop) => token(`ramp-${stop}`))),
  };
}

let current: Palette | null = null;

function subscribe(changed: () => void): () => void {
  const observer = new MutationObserver(() => {
    current = null;
    changed();
  });
  observer.observe(document.documentElement, {
    attributes: true,
    attributeFilter: ['data-theme', 'data-signs', 'class'],
  });
  return () => observer.disconnect();
}

function snapshot(): Palette {
  current ??= read();
  return current;
}

/** The tokens of the theme in use; drawn things are drawn again when it changes. */
export function usePalette(): Palette {
  return useSyncExternalStore(subscribe, snapshot);
}
