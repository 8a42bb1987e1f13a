import { useWorkbench } from '#renderer/state/workbench.ts';
import { stepRatio } from './routes.ts';

/** Moves the hedge ratio by tenths; another ratio may have another cheapest route. */
export function changeRatio(steps: number): void {
  useWorkbench.setState(({ hedgeRatio }) => ({ hedgeRatio: stepRatio(hedgeRatio, steps), hedgeRoute: null }));
}
