import type { Worker } from 'node:worker_threads';
import type { Clock, RiskLoop, Unsubscribe } from '#main/engine/ports.ts';
import type { Assembled } from '#shared/risk/assemble.ts';
import { compose } from '#shared/risk/compose.ts';
import type { RiskReport } from '#shared/risk/report.ts';
import { type Fault, FaultError, fault } from '#shared/units/result.ts';
import type { RiskAnswer, RiskRequest, RiskScope } from './worker.ts';

export interface RiskLoopOptions {
  readonly clock: Clock;
  /** The book and market of this moment; null while there is nothing to value. */
  readonly source: () => Assembled | null;
  /** A fresh worker; called again after one died. */
  readonly spawn: () => Worker;
  /** Shortest time between two reports, ms. */
  readonly everyMs: number;
  /** An answer that takes longer makes the loop late, ms. */
  readonly lateMs: number;
}

interface Job {
  readonly id: number;
  readonly assembled: Assembled;
  readonly scope: RiskScope;
  readonly askedAt: number;
  readonly resolve: ((report: RiskReport) => void) | null;
  readonly reject: ((reason: Error) => void) | null;
}

/**
 * Keeps one worker busy with the newest state of the book: one job at a time, the latest request wins, a report
 * replaces the last one whole. Questions (what-if) wait their turn and get an answer of their own.
 */
export class WorkerRiskLoop implements RiskLoop {
  readonly #options: RiskLoopOptions;
  readonly #listeners = new Set<{ on: (report: RiskReport) => void; onFault: (reason: Fault) => void }>();
  readonly #questions: Job[] = [];
  readonly #stopTimer: Unsubscribe;
  #worker: Worker;
  #job: Job | null = null;
  #dirty = false;
  #late = false;
  #nextId = 1;
  #seq = 0;
  #startedAt = Number.NEGATIVE_INFINITY;
  #closed = false;
  latest: RiskReport | null = null;

  constructor(options: RiskLoopOptions) {
    this.#options = options;
    this.#worker = this.#start();
    this.#stopTimer = options.clock.every(Math.min(options.everyMs, 50), () => this.#turn());
  }

  markDirty(): void {
    this.#dirty = true;
  }

  subscribe(on: (report: RiskReport) => void, onFault: (reason: Fault) => void): Unsubscribe {
    const listener = { on, onFault };
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** A report of another book or other axes, or of its margin pools alone; it does not replace `latest`. */
  ask(assembled: Assembled, scope: RiskScope = 'report'): Promise<RiskReport> {
    return new Promise((resolve, reject) => {
      const askedAt = this.#options.clock.now();
      this.#questions.push({ id: this.#nextId++, assembled, scope, askedAt, resolve, reject });
      this.#turn();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stopTimer();
    await this.#worker.terminate();
  }

  #start(): Worker {
    const worker = this.#options.spawn();
    worker.on('message', (answer: RiskAnswer) => this.#answered(answer));
    worker.on('error', (error: Error) => this.#died(fault('risk-worker', `the risk worker failed: ${error.message}`)));
    worker.on('exit', () => {
      if (!this.#closed && worker === this.#worker) this.#died(fault('risk-worker', 'the risk worker ended'));
    });
    return worker;
  }

  #died(reason: Fault): void {
    if (this.#closed) return;
    const job = this.#job;
    this.#job = null;
    job?.reject?.(new FaultError(reason));
    for (const { onFault } of this.#listeners) onFault(reason);
    const failed = this.#worker;
    this.#worker = this.#start();
    void failed.terminate();
    this.#dirty = true;
  }

  #turn(): void {
    const { clock, everyMs, lateMs } = this.#options;
    const now = clock.now();
    if (this.#job !== null) {
      if (now - this.#job.askedAt > lateMs && !this.#late) this.#reportLate(now - this.#job.askedAt);
      return;
    }
    const question = this.#questions.shift();
    if (question) {
      this.#send({ ...question, askedAt: now });
      return;
    }
    if (!this.#dirty || now - this.#startedAt < everyMs) return;
    const assembled = this.#options.source();
    if (assembled === null) return;
    this.#dirty = false;
    this.#startedAt = now;
    this.#send({ id: this.#nextId++, assembled, scope: 'report', askedAt: now, resolve: null, reject: null });
  }

  #reportLate(byMs: number): void {
    this.#late = true;
    const reason = fault('risk-late', `the risk report is late: no answer for ${Math.round(byMs)} ms`, { ms: byMs });
    for (const { onFault } of this.#listeners) onFault(reason);
  }

  #send(job: Job): void {
    this.#job = job;
    const request: RiskRequest = { id: job.id, problem: job.assembled.problem, scope: job.scope };
    this.#worker.postMessage(request);
  }

  #answered(answer: RiskAnswer): void {
    const job = this.#job;
    if (job === null || job.id !== answer.id) return;
    this.#job = null;
    this.#late = false;
    if ('fault' in answer) {
      job.reject?.(new FaultError(answer.fault));
      if (!job.reject) for (const { onFault } of this.#listeners) onFault(answer.fault);
    } else {
      this.#deliver(job, answer);
    }
    this.#turn();
  }

  #deliver(job: Job, answer: Extract<RiskAnswer, { result: unknown }>): void {
    if (job.resolve) {
      job.resolve(compose(job.assembled, answer.result, { seq: this.#seq, computeMs: answer.computeMs }));
      return;
    }
    this.#seq += 1;
    this.latest = compose(job.assembled, answer.result, { seq: this.#seq, computeMs: answer.computeMs });
    for (const { on } of this.#listeners) on(this.latest);
  }
}
