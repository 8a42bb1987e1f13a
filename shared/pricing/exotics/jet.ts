import { millsRatio } from './normal.ts';

const INVERSE_ROOT_TWO_PI = 0.3989422804014327;

/**
 * A value with its first and second derivative in the spot and its first in the vol. Formulas written in jets yield
 * their Greeks exactly (forward automatic differentiation): no step size, no truncation error.
 */
export class Jet {
  readonly value: number;
  /** ∂/∂S. */
  readonly bySpot: number;
  /** ∂²/∂S². */
  readonly bySpot2: number;
  /** ∂/∂σ. */
  readonly byVol: number;

  constructor(value: number, bySpot = 0, bySpot2 = 0, byVol = 0) {
    this.value = value;
    this.bySpot = bySpot;
    this.bySpot2 = bySpot2;
    this.byVol = byVol;
  }

  static spot(spot: number): Jet {
    return new Jet(spot, 1);
  }

  static vol(vol: number): Jet {
    return new Jet(vol, 0, 0, 1);
  }

  plus(other: Jet): Jet {
    return new Jet(
      this.value + other.value,
      this.bySpot + other.bySpot,
      this.bySpot2 + other.bySpot2,
      this.byVol + other.byVol,
    );
  }

  add(constant: number): Jet {
    return new Jet(this.value + constant, this.bySpot, this.bySpot2, this.byVol);
  }

  minus(other: Jet): Jet {
    return this.plus(other.scale(-1));
  }

  scale(factor: number): Jet {
    return new Jet(this.value * factor, this.bySpot * factor, this.bySpot2 * factor, this.byVol * factor);
  }

  times(other: Jet): Jet {
    return new Jet(
      this.value * other.value,
      this.bySpot * other.value + this.value * other.bySpot,
      this.bySpot2 * other.value + 2 * this.bySpot * other.bySpot + this.value * other.bySpot2,
      this.byVol * other.value + this.value * other.byVol,
    );
  }

  over(other: Jet): Jet {
    return this.times(other.chain(1 / other.value, -1 / other.value ** 2, 2 / other.value ** 3));
  }

  /** f of this, given f, f′ and f″ at its value. */
  chain(f: number, first: number, second: number): Jet {
    const { bySpot, bySpot2, byVol } = this;
    return new Jet(f, first * bySpot, second * bySpot * bySpot + first * bySpot2, first * byVol);
  }

  log(): Jet {
    return this.chain(Math.log(this.value), 1 / this.value, -1 / this.value ** 2);
  }

  sqrt(): Jet {
    const root = Math.sqrt(this.value);
    return this.chain(root, 0.5 / root, -0.25 / (root * this.value));
  }
}

/**
 * e^c·N(x), given also g = c − x²/2 as the caller's algebra has it: c and x²/2 can both be huge where the barrier's
 * power of spot meets a far tail, and only their difference is of a sensible size.
 */
export function powerTimesCdf(c: Jet, x: Jet, g: number): Jet {
  const density = INVERSE_ROOT_TWO_PI * Math.exp(g);
  const tail = density * millsRatio(Math.abs(x.value));
  const value = x.value > 0 ? Math.exp(c.value) - tail : tail;
  const { bySpot: cs, bySpot2: css, byVol: cv } = c;
  const { bySpot: xs, bySpot2: xss, byVol: xv } = x;
  return new Jet(
    value,
    value * cs + density * xs,
    value * (cs * cs + css) + density * (2 * cs * xs + xss - x.value * xs * xs),
    value * cv + density * xv,
  );
}
