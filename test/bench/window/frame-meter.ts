interface Metered {
  readonly intervals: number[];
  readonly longTasks: number[];
}

/** Runs in the page, as source text: it may use nothing from outside itself. */
export function meterFrames(seconds: number): Promise<Metered> {
  const intervals: number[] = [];
  const longTasks: number[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) longTasks.push(entry.duration);
  });
  observer.observe({ type: 'longtask' });
  return new Promise((resolve) => {
    const end = performance.now() + seconds * 1_000;
    let last: number | null = null;
    const frame = (now: number): void => {
      if (last !== null) intervals.push(now - last);
      last = now;
      if (now < end) {
        requestAnimationFrame(frame);
        return;
      }
      observer.disconnect();
      resolve({ intervals, longTasks });
    };
    requestAnimationFrame(frame);
  });
}
