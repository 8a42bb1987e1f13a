import { useEffect, useRef, useState } from 'react';
import { venueName } from '#renderer/format/names.ts';
import { DASH, percent, plain } from '#renderer/format/number.ts';
import { age, utcTime } from '#renderer/format/time.ts';
import { type Gesture, pointerGesture } from '#renderer/state/commands/gesture.ts';
import { engineNow } from '#renderer/state/engine-clock.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import { type BookedAdjustment, FEEDS, type Outage, type VenueVitals } from '#shared/ipc/venues.ts';
import { ChainSection } from './ChainSection.tsx';
import { Figure, Section } from './Section.tsx';
import style from './Venues.module.css';
import {
  adjustmentTitle,
  agoText,
  BUDGET_WATCH,
  driftText,
  explainAdjustment,
  FEED_WORDS,
  foundText,
  quantilesText,
  skewText,
} from './venue-words.ts';

export interface VenueDetailProps {
  readonly vitals: VenueVitals;
  /** Counts how often the row was opened: the first adjustment takes the focus then. */
  readonly opened: number;
  readonly onReconcile: (gesture: Gesture) => void;
  readonly onReconnect: () => void;
  readonly onDeadMan: (gesture: Gesture) => void;
}

/** What of the line is measured; "—" is not known there. */
function Line({ vitals }: { readonly vitals: VenueVitals }) {
  const { roundTrip, tickToBook, skewMs, credits, dropped, marginDrift } = vitals;
  const trips = roundTrip === null ? 'no request was timed yet' : `of the latest ${roundTrip.count} requests`;
  return (
    <Section title="Line">
      <dl className={style.figures}>
        <Figure name="Round trip p50 · p99" title={trips}>
          {quantilesText(roundTrip)}
          {roundTrip === null ? '' : ' ms'}
        </Figure>
        <Figure name="Tick→book p50 · p99" title={`of the latest ${tickToBook?.count ?? 0} quotes`}>
          {quantilesText(tickToBook)}
          {tickToBook === null ? '' : ' ms'}
        </Figure>
        <Figure name="Clock less ours" title={skewMs === null ? 'the venue was not asked for its time' : 'measured'}>
          {skewText(skewMs)}
        </Figure>
        <Figure name="Quotes left out" title="crossed, older, not finite, or of nothing that is listed">
          {plain(dropped)}
        </Figure>
        <Figure name="Margin drift" title="the venue’s own figures against Keel’s">
          {driftText(marginDrift)}
        </Figure>
        {credits === null ? (
          <Figure name="Request budget" title="the venue does not tell one, or nobody counts it here">
            {DASH}
          </Figure>
        ) : (
          Object.entries(credits).map(([pool, left]) => (
            <Figure key={pool} name={`Budget ${pool}`}>
              {left < BUDGET_WATCH ? (
                <SeverityMark severity="watch">{percent(left, 0)}</SeverityMark>
              ) : (
                percent(left, 0)
              )}
            </Figure>
          ))
        )}
      </dl>
    </Section>
  );
}

function Feeds({ vitals }: { readonly vitals: VenueVitals }) {
  const now = engineNow();
  return (
    <Section title="Last heard">
      <dl className={style.figures}>
        {FEEDS.map((feed) => (
          <Figure key={feed} name={FEED_WORDS[feed]}>
            {agoText(vitals.heard[feed], now)}
          </Figure>
        ))}
        <Figure name="Reconciled">
          {agoText(vitals.reconciledAt, now)}: {foundText(vitals)}
        </Figure>
      </dl>
    </Section>
  );
}

function Outages({ outages }: { readonly outages: readonly Outage[] }) {
  return (
    <Section title="Outages">
      {outages.length === 0 ? <p className={style.quiet}>The connection has stood all the time.</p> : null}
      <ul>
        {outages.map(({ at, backAt, reason }) => (
          <li key={at}>
            <SeverityMark severity={backAt === null ? 'critical' : 'note'}>
              {utcTime(at)} {backAt === null ? 'until now' : `for ${age(backAt - at)}`}
            </SeverityMark>
            <p className={style.quiet}>{reason}</p>
          </li>
        ))}
      </ul>
    </Section>
  );
}

interface AdjustmentsProps {
  readonly booked: readonly BookedAdjustment[];
  readonly kind: VenueVitals['kind'];
  readonly opened: number;
}

function Adjustments({ booked, kind, opened }: AdjustmentsProps) {
  const [shown, setShown] = useState<number | null>(null);
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    if (opened > 0) list.current?.querySelector('button')?.focus();
  }, [opened]);
  return (
    <Section title="Adjustments">
      {booked.length === 0 ? (
        <p className={style.quiet}>Book and venue have agreed since the session was opened.</p>
      ) : null}
      <ul ref={list}>
        {booked.map(({ seq, at, adjustment }) => (
          <li key={seq}>
            <button
              type="button"
              className={style.adjustment}
              aria-expanded={shown === seq}
              onClick={() => setShown(shown === seq ? null : seq)}
            >
              <span className={style.quiet}>{utcTime(at)}</span> {adjustmentTitle(adjustment)}
            </button>
            {shown === seq ? (
              <div className={style.explained}>
                {explainAdjustment(adjustment, kind).map((sentence) => (
                  <p key={sentence}>{sentence}</p>
                ))}
                <p className={style.quiet}>Journal entry {seq}.</p>
              </div>
            ) : null}
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** One venue: what is known of it, why it went, what was adjusted, and what can be done. */
export function VenueDetail({ vitals, opened, onReconcile, onReconnect, onDeadMan }: VenueDetailProps) {
  const { venue, deadMan, reason } = vitals;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard
    <section className={style.detail} aria-label={`${venueName(venue)} in detail`} tabIndex={0}>
      <header className={style.head}>
        <h2>{venueName(venue)}</h2>
        <span className={style.quiet}>{vitals.accounts.join(', ') || 'no account yet'}</span>
        <span className={style.actions}>
          <Button command="venue.reconcile" onClick={(event) => onReconcile(pointerGesture(event, 'reconcile venue'))}>
            Reconcile
          </Button>
          <Button command="venue.reconnect" onClick={onReconnect}>
            Reconnect…
          </Button>
          {deadMan === null ? null : (
            <Button command="venue.dead-man" onClick={(event) => onDeadMan(pointerGesture(event, 'dead-man switch'))}>
              {deadMan === 'armed' ? 'Take dead-man away' : 'Arm dead-man'}
            </Button>
          )}
        </span>
      </header>
      {reason === null ? null : <SeverityMark severity="watch">{reason}</SeverityMark>}
      {deadMan === null ? (
        <p className={style.quiet}>No dead-man switch: working orders stay when the connection goes.</p>
      ) : null}
      <div className={style.sections}>
        <Line vitals={vitals} />
        {vitals.chain === null ? null : <ChainSection chain={vitals.chain} />}
        <Feeds vitals={vitals} />
        <Outages outages={vitals.outages} />
        <Adjustments booked={vitals.adjustments} kind={vitals.kind} opened={opened} />
      </div>
    </section>
  );
}
