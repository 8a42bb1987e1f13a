import { useEffect, useMemo, useRef, useState } from 'react';
import { call } from '#renderer/state/bridge.ts';
import { createLatest, type Latest } from '#renderer/state/latest.ts';
import type { Answer, CellReadout, MethodInput, ScenarioAnswer } from '#shared/ipc/contract.ts';
import type { RiskFrame } from '#shared/ipc/frames.ts';
import type { ScenarioGrid } from '#shared/risk/report.ts';
import type { Fault } from '#shared/units/result.ts';
import { type MapSettings, mapQuestions } from './settings.ts';

/** Grids are asked for again at most this often while reports keep coming. */
const GAP_MS = 500;
const CELL_GAP_MS = 80;

/** One grid per row of the spot × time view, else a single one. */
export interface Scenarios {
  readonly base: readonly ScenarioGrid[];
  readonly whatIf: readonly ScenarioGrid[] | null;
  /** Accounts behind the bits of `breaches`. */
  readonly pools: readonly string[];
}

export interface ScenarioSource {
  /** The last good answer to the question now asked; null until it has come. */
  readonly scenarios: Scenarios | null;
  readonly fault: Fault | null;
}

interface Question {
  readonly key: string;
  readonly questions: readonly MethodInput<'risk.scenario'>[];
}

type Answered = Answer<readonly ScenarioAnswer[]>;

async function askAll({ questions }: Question): Promise<Answered> {
  const answers: ScenarioAnswer[] = [];
  for (const question of questions) {
    const answer = await call('risk.scenario', question);
    if (!answer.ok) return answer;
    answers.push(answer.value);
  }
  return { ok: true, value: answers };
}

function gather(answers: readonly ScenarioAnswer[]): Scenarios {
  const whatIf = answers.map((answer) => answer.whatIf).filter((grid): grid is ScenarioGrid => grid !== null);
  return {
    base: answers.map((answer) => answer.base),
    whatIf: whatIf.length === answers.length ? whatIf : null,
    pools: answers[0]?.pools ?? [],
  };
}

/** Scenario grids for the map's settings: from the report itself where it carries them, else asked of main. */
export function useScenarios(risk: RiskFrame | null, underlying: string, settings: MapSettings): ScenarioSource {
  const [answered, setAnswered] = useState<{ readonly key: string; readonly source: ScenarioSource } | null>(null);
  const latest = useRef<Latest<Question> | null>(null);
  const questions = mapQuestions(underlying, settings);
  const key = JSON.stringify(questions);
  const seq = risk?.seq ?? null;

  useEffect(() => {
    const asking = createLatest<Question, Answered>(
      askAll,
      (answer, question) =>
        setAnswered((before) => {
          const kept = before?.key === question.key ? before.source.scenarios : null;
          const source = answer.ok
            ? { scenarios: gather(answer.value), fault: null }
            : { scenarios: kept, fault: answer.error };
          return { key: question.key, source };
        }),
      GAP_MS,
    );
    latest.current = asking;
    return () => asking.stop();
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: every report asks again; `key` stands for the questions
  useEffect(() => {
    if (questions.length > 0 && seq !== null) latest.current?.ask({ key, questions });
  }, [key, seq]);

  const carried = useMemo(() => carriedBy(risk, underlying), [risk, underlying]);
  if (questions.length === 0) return { scenarios: carried, fault: null };
  return answered?.key === key ? answered.source : NOTHING_YET;
}

const NOTHING_YET: ScenarioSource = { scenarios: null, fault: null };

/** The grid that the report itself carries. */
function carriedBy(risk: RiskFrame | null, underlying: string): Scenarios | null {
  const grid = risk?.grids.find((one) => one.underlying === underlying);
  const pools = risk?.pools.map((pool) => `${pool.account} ${pool.currency}`) ?? [];
  return grid ? { base: [grid], whatIf: null, pools } : null;
}

export type CellQuestion = MethodInput<'risk.cell'>;

/** What main says of one cell; the last answer is kept while the next one is on its way. */
export function useCell(
  question: CellQuestion | null,
  seq: number | null,
): { readonly question: CellQuestion; readonly answer: Answer<CellReadout> } | null {
  const [readout, setReadout] = useState<{ question: CellQuestion; answer: Answer<CellReadout> } | null>(null);
  const latest = useRef<Latest<CellQuestion> | null>(null);
  const key = question === null ? null : JSON.stringify(question);

  useEffect(() => {
    const asking = createLatest<CellQuestion, Answer<CellReadout>>(
      (cell) => call('risk.cell', cell),
      (answer, cell) => setReadout({ question: cell, answer }),
      CELL_GAP_MS,
    );
    latest.current = asking;
    return () => asking.stop();
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: every report asks again; `key` stands for the question
  useEffect(() => {
    if (question !== null && seq !== null) latest.current?.ask(question);
  }, [key, seq]);

  return question === null ? null : readout;
}
