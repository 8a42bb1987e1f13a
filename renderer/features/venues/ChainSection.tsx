import { plain } from '#renderer/format/number.ts';
import { age } from '#renderer/format/time.ts';
import { engineNow } from '#renderer/state/engine-clock.ts';
import { SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import type { ChainVitals } from '#shared/domain/chain-vitals.ts';
import { MINUTE } from '#shared/units/time.ts';
import { Figure, Section } from './Section.tsx';
import style from './Venues.module.css';
import { BUDGET_WATCH, gasRoom } from './venue-words.ts';

/** A block older than this: the node lags, or the chain stands. */
const BLOCK_OLD = MINUTE;

/** Gwei with three figures that count: 0.012, 3.41, 127. */
function gwei(figure: number): string {
  return plain(figure, figure < 0.1 ? 3 : figure < 10 ? 2 : 0);
}

/** The chain behind a venue: its blocks, what gas costs against what is paid at most, and what is on its way. */
export function ChainSection({ chain }: { readonly chain: ChainVitals }) {
  const { block, blockAt, gasGwei, gasCapGwei, pending, nonceGap } = chain;
  const blockAge = Math.max(engineNow() - blockAt, 0);
  const gas = `${gwei(gasGwei)} of ${gwei(gasCapGwei)} gwei`;
  return (
    <Section title="Chain">
      <dl className={style.figures}>
        <Figure name="Block">{plain(block)}</Figure>
        <Figure name="Block age" title="since the time that the block itself says">
          {blockAge > BLOCK_OLD ? <SeverityMark severity="watch">{age(blockAge)}</SeverityMark> : age(blockAge)}
        </Figure>
        <Figure name="Gas, of its cap" title="what the newest block asked for a unit, and the most that is paid">
          {gasRoom(chain) < BUDGET_WATCH ? <SeverityMark severity="watch">{gas}</SeverityMark> : gas}
        </Figure>
        <Figure name="Transactions under way" title="signed and not settled by the chain">
          {pending === null ? 'nothing signs here' : plain(pending)}
        </Figure>
        {nonceGap === null ? null : (
          <Figure name="Nonces the node lacks" title="what is sent next would wait for them: they are sent again">
            {nonceGap > 0 ? <SeverityMark severity="critical">{plain(nonceGap)}</SeverityMark> : plain(nonceGap)}
          </Figure>
        )}
      </dl>
    </Section>
  );
}
