import {
  CandlestickSeries,
  createChart,
  createSeriesMarkers,
  HistogramSeries,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  LineStyle,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import type { Candle } from '#shared/ipc/frames.ts';
import style from './CandlePlot.module.css';
import { candleOptions, chartOptions, volumeOptions } from './candle-options.ts';
import { type Palette, usePalette } from './palette.ts';
import { stepIndex } from './plot-parts.ts';

/** An execution (or several in one bar) on the chart. */
export interface CandleMark {
  /** Opening of the bar, epoch ms. */
  readonly time: number;
  readonly side: 'buy' | 'sell';
  readonly count: number;
}

export interface PriceLevel {
  readonly price: number;
  readonly label: string;
}

export interface CandlePlotProps {
  readonly label: string;
  /** Ascending by time; the last one is forming. */
  readonly candles: readonly Candle[];
  /** Changes when another series was loaded; between changes only the last bar changes or one is added. */
  readonly load: number;
  /** What is looked at; another one starts at its newest bars, the same one keeps its place through loads. */
  readonly view: string;
  /** Ascending by time. */
  readonly marks: readonly CandleMark[];
  readonly levels: readonly PriceLevel[];
  /** The bar of the readout, counted in `candles`; null = the newest. */
  readonly index: number | null;
  readonly speech: string;
  readonly onIndex: (index: number | null) => void;
}

interface Parts {
  readonly chart: IChartApi;
  readonly bars: ISeriesApi<'Candlestick'>;
  readonly volume: ISeriesApi<'Histogram'>;
  readonly marks: ISeriesMarkersPluginApi<Time>;
}

const FIRST_VIEW = 140;
const ROOM = 4;
/** Keys that zoom, and what becomes of the range in view. */
const ZOOM_KEYS: Readonly<Record<string, number>> = { '+': 0.8, '=': 0.8, '-': 1.25 };

function seconds(at: number): UTCTimestamp {
  return Math.floor(at / 1000) as UTCTimestamp;
}

function barOf(candle: Candle) {
  return { time: seconds(candle.time), open: candle.open, high: candle.high, low: candle.low, close: candle.close };
}

function volumeOf(candle: Candle) {
  return { time: seconds(candle.time), value: candle.volume };
}

function build(place: HTMLElement, palette: Palette, around: number): Parts {
  const chart = createChart(place, chartOptions(palette));
  const volume = chart.addSeries(HistogramSeries, volumeOptions(palette));
  volume.priceScale().applyOptions({ scaleMargins: { top: 0.84, bottom: 0 } });
  const bars = chart.addSeries(CandlestickSeries, candleOptions(palette, around));
  return { chart, bars, volume, marks: createSeriesMarkers(bars) };
}

function setSeries({ bars, volume }: Parts, candles: readonly Candle[], palette: Palette): void {
  bars.applyOptions(candleOptions(palette, candles.at(-1)?.close ?? 0));
  bars.setData(candles.map(barOf));
  volume.setData(candles.map(volumeOf));
}

function zoom(chart: IChartApi, factor: number): void {
  const range = chart.timeScale().getVisibleLogicalRange();
  if (!range) return;
  const width = Math.max((range.to - range.from) * factor, 8);
  chart.timeScale().setVisibleLogicalRange({ from: range.to - width, to: range.to });
}

function reveal(chart: IChartApi, index: number): void {
  const range = chart.timeScale().getVisibleLogicalRange();
  if (!range || (index >= range.from + 1 && index <= range.to - 1)) return;
  const width = range.to - range.from;
  const from = index < range.from + 1 ? index - ROOM : index + ROOM - width;
  chart.timeScale().setVisibleLogicalRange({ from, to: from + width });
}

/** Candles with volume, executions and price levels (lightweight-charts). Arrow keys walk the bars, + and − zoom. */
export function CandlePlot(props: CandlePlotProps) {
  const { label, candles, load, view, marks, levels, index, speech, onIndex } = props;
  const palette = usePalette();
  const place = useRef<HTMLDivElement>(null);
  const parts = useRef<Parts | null>(null);
  const lines = useRef<IPriceLine[]>([]);
  const moved = useRef(onIndex);
  moved.current = onIndex;
  const all = useRef(candles);
  all.current = candles;
  const newest = candles.at(-1);

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const made = build(element, palette, all.current.at(-1)?.close ?? 0);
    made.chart.subscribeCrosshairMove((event) => {
      if (event.sourceEvent === undefined) return;
      const at = event.logical ?? null;
      moved.current(at === null ? null : Math.min(Math.max(Math.round(at), 0), all.current.length - 1));
    });
    parts.current = made;
    return () => {
      parts.current = null;
      lines.current = [];
      made.chart.remove();
    };
  }, [palette]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the whole series is set once per load
  useEffect(() => {
    const made = parts.current;
    if (made) setSeries(made, all.current, palette);
  }, [load, palette]);

  const count = candles.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the range is the trader's once it is set
  useEffect(() => {
    if (count === 0) return;
    parts.current?.chart.timeScale().setVisibleLogicalRange({ from: count - FIRST_VIEW, to: count + ROOM });
  }, [view, count === 0, palette]);

  useEffect(() => {
    if (newest === undefined) return;
    parts.current?.bars.update(barOf(newest));
    parts.current?.volume.update(volumeOf(newest));
  }, [newest]);

  useEffect(() => {
    parts.current?.marks.setMarkers(
      marks.map((mark) => ({
        time: seconds(mark.time),
        position: mark.side === 'buy' ? 'belowBar' : 'aboveBar',
        shape: mark.side === 'buy' ? 'arrowUp' : 'arrowDown',
        color: mark.side === 'buy' ? palette.up : palette.down,
      })),
    );
  }, [marks, palette]);

  useEffect(() => {
    const made = parts.current;
    if (!made) return;
    for (const line of lines.current) made.bars.removePriceLine(line);
    lines.current = levels.map(({ price, label: title }) =>
      made.bars.createPriceLine({
        price,
        title,
        color: palette.critical,
        axisLabelTextColor: palette.panel,
        lineWidth: 1,
        lineStyle: LineStyle.LargeDashed,
      }),
    );
  }, [levels, palette]);

  const point = (): void => {
    const made = parts.current;
    const candle = index === null ? undefined : all.current[index];
    if (made && candle) made.chart.setCrosshairPosition(candle.close, seconds(candle.time), made.bars);
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: the crosshair moves with the index, not with every tick
  useEffect(() => {
    if (index === null || parts.current === null) return;
    reveal(parts.current.chart, index);
    point();
  }, [index, load]);

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    if (event.altKey || event.metaKey || event.ctrlKey) return;
    const next = stepIndex(index ?? candles.length - 1, candles.length, event.key, event.shiftKey);
    const factor = ZOOM_KEYS[event.key];
    if (next === null && factor === undefined) return;
    event.preventDefault();
    if (next !== null) onIndex(next);
    else if (parts.current && factor !== undefined) {
      zoom(parts.current.chart, factor);
      // The crosshair keeps its place in pixels: it is put back once the chart has drawn its new range.
      requestAnimationFrame(point);
    }
  };

  return (
    <div
      ref={place}
      className={style.plot}
      role="slider"
      tabIndex={0}
      data-panel-focus=""
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={Math.max(candles.length - 1, 0)}
      aria-valuenow={index ?? Math.max(candles.length - 1, 0)}
      aria-valuetext={speech}
      aria-orientation="horizontal"
      onKeyDown={onKeyDown}
      onBlur={() => {
        parts.current?.chart.clearCrosshairPosition();
        onIndex(null);
      }}
    />
  );
}
