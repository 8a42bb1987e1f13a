import { FigureTable } from '#renderer/charts/FigureTable.tsx';
import { decimalsFor, percent, plain, signed } from '#renderer/format/number.ts';
import { utcStamp } from '#renderer/format/time.ts';
import { useVenues, useVenuesWatched } from '#renderer/state/venues.ts';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import { GREEK_NAMES, type GreekName, type GreekTwin } from '#shared/control/greek-twin.ts';
import { type InstrumentId, nameOf } from '#shared/units/ids.ts';

const NAMES: Readonly<Record<GreekName, string>> = {
  delta: 'Delta, coins',
  gamma: 'Gamma, coins per USD',
  vega: 'Vega, USD per vol point',
  theta: 'Theta, USD per day',
};
const COLUMNS = ['Keel', 'venue', 'difference'];

function figure(value: number): string {
  return signed(value, decimalsFor(value, 4));
}

function Twin({ twin }: { readonly twin: GreekTwin }) {
  const { own, venue, apart, why, basis, at } = twin;
  return (
    <>
      <FigureTable
        label="Greeks of one unit"
        corner="of one unit"
        columns={COLUMNS}
        rows={GREEK_NAMES.map((name) => ({
          key: name,
          head: NAMES[name],
          cells: [
            figure(own[name]),
            figure(venue[name]),
            apart.includes(name) ? (
              <SeverityMark key="apart" severity="watch">
                {figure(venue[name] - own[name])}
              </SeverityMark>
            ) : (
              figure(venue[name] - own[name])
            ),
          ],
        }))}
      />
      <p>
        {why === null ? (
          <SeverityMark severity="ok">They agree to 2%.</SeverityMark>
        ) : (
          <SeverityMark severity="watch">{why}</SeverityMark>
        )}
      </p>
      <p>
        Keel’s are Black (1976) at the quote’s mark vol of {percent(basis.vol, 1)} and forward of{' '}
        {plain(basis.forward, 1)}, {utcStamp(basis.asOf)}. The venue told its own at {utcStamp(at)}.
      </p>
    </>
  );
}

/** The venue's own Greeks of an option beside Keel's, and what a difference comes from. */
export function GreeksDialog({
  instrument,
  onClose,
}: {
  readonly instrument: InstrumentId;
  readonly onClose: () => void;
}) {
  useVenuesWatched();
  const looked = useVenues(({ look }) => look !== null);
  const twin = useVenues(({ look }) => look?.greeks.find((one) => one.instrument === instrument));
  return (
    <Dialog open onClose={onClose} title={`Greeks of ${nameOf(instrument)}`}>
      {twin !== undefined ? (
        <Twin twin={twin} />
      ) : looked ? (
        <p>
          The venue tells no Greeks of this: it is no option, is not held any more, or the venue has none of its own.
        </p>
      ) : (
        <p>Asking the venue.</p>
      )}
    </Dialog>
  );
}
