import { type Fault, FaultError, fail, fault, type Result, toFault } from '#shared/units/result.ts';
import type { Notice } from './notices.ts';
import type { Unsubscribe } from './ports.ts';

/**
 * The one ordered loop. Every input (venue event, command, timer, answer of a venue) is a task; a task runs to its end
 * before the next one starts, also when it causes further tasks. Nothing outside a task changes the engine's state.
 */
export interface Kernel {
  /** Runs `task` after everything posted before it; at once when the loop is idle. */
  post(name: string, task: () => void): void;
  /** The same with an answer. A thrown fault becomes a failed result; the promise never rejects. */
  ask<T>(name: string, task: () => Result<T>): Promise<Result<T>>;
  /** Tells subscribers once the running task is done. */
  notify(notice: Notice): void;
  subscribe(on: (notice: Notice) => void): Unsubscribe;
  /** Tasks posted from now on are refused. */
  close(): void;
}

interface Task {
  readonly name: string;
  readonly run: () => void;
  readonly refuse: (reason: Fault) => void;
}

/** `onCrash` hears of a task that threw what nobody expected, by name; the loop goes on. */
export function createKernel(onCrash: (task: string, cause: Fault) => void): Kernel {
  let queue: Task[] = [];
  let notices: Notice[] = [];
  let running = false;
  let closed = false;
  const subscribers = new Set<(notice: Notice) => void>();

  function deliver(): void {
    while (notices.length > 0) {
      const batch = notices;
      notices = [];
      for (const notice of batch) for (const on of subscribers) tell(on, notice);
    }
  }

  function tell(on: (notice: Notice) => void, notice: Notice): void {
    try {
      on(notice);
    } catch (thrown) {
      // A broken listener must not stop the loop, and its failure must not be told to itself again.
      if (notice.type !== 'alarm') onCrash(`subscriber of ${notice.type}`, toFault(thrown));
    }
  }

  function run(task: Task): void {
    try {
      task.run();
    } catch (thrown) {
      const cause = toFault(thrown);
      task.refuse(cause);
      onCrash(task.name, cause);
    }
    deliver();
  }

  function push(task: Task): void {
    if (closed) {
      task.refuse(fault('stopped', `the engine has stopped: ${task.name} was not done`));
      return;
    }
    queue.push(task);
    if (running) return;
    running = true;
    while (queue.length > 0) {
      const batch = queue;
      queue = [];
      for (const one of batch) run(one);
    }
    running = false;
  }

  return {
    post(name, task) {
      push({ name, run: task, refuse: () => undefined });
    },
    ask(name, task) {
      return new Promise((resolve) => {
        const run = (): void => {
          try {
            resolve(task());
          } catch (thrown) {
            // A fault is an answer; anything else is a defect that the loop has to hear of.
            if (!(thrown instanceof FaultError)) throw thrown;
            resolve(fail(thrown.fault));
          }
        };
        push({ name, run, refuse: (reason) => resolve(fail(reason)) });
      });
    },
    notify(notice) {
      notices.push(notice);
      if (!running) deliver();
    },
    subscribe(on) {
      subscribers.add(on);
      return () => subscribers.delete(on);
    },
    close() {
      closed = true;
    },
  };
}
