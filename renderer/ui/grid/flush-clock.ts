/** Grids are rewritten at most this often: ten times a second is as fast as figures can be read. */
export const FLUSH_MS = 100;

/** Runs `work` at most once per interval, in an animation frame, after something called `touch`. */
export class FlushClock {
  private timer: ReturnType<typeof setTimeout> | null = null;
  private frame = 0;
  private lastAt = Number.NEGATIVE_INFINITY;
  private readonly work: (now: number) => void;
  private readonly intervalMs: number;

  constructor(work: (now: number) => void, intervalMs = FLUSH_MS) {
    this.work = work;
    this.intervalMs = intervalMs;
  }

  touch(): void {
    if (this.timer !== null) return;
    const wait = Math.max(0, this.lastAt + this.intervalMs - performance.now());
    this.timer = setTimeout(() => {
      this.frame = requestAnimationFrame((now) => {
        this.timer = null;
        this.lastAt = now;
        this.work(now);
      });
    }, wait);
  }

  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    cancelAnimationFrame(this.frame);
    this.timer = null;
  }
}
