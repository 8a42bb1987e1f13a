import {
  type CandlestickSeriesPartialOptions,
  type ChartOptions,
  ColorType,
  CrosshairMode,
  type DeepPartial,
  type HistogramSeriesPartialOptions,
  LineStyle,
} from 'lightweight-charts';
import { decimalsFor, figureLocale, plain } from '#renderer/format/number.ts';
import { utcDay, utcTime } from '#renderer/format/time.ts';
import type { Palette } from './palette.ts';

/** Look of the chart. The logo is off: it is a link, and the window may not be led elsewhere; the notice is text. */
export function chartOptions(palette: Palette): DeepPartial<ChartOptions> {
  const crosshair = {
    color: palette.text3,
    width: 1 as const,
    style: LineStyle.Dotted,
    labelBackgroundColor: palette.raised,
  };
  return {
    autoSize: true,
    layout: {
      background: { type: ColorType.Solid, color: palette.panel },
      textColor: palette.text2,
      fontSize: 11,
      fontFamily: palette.font,
      attributionLogo: false,
    },
    grid: { vertLines: { color: palette.border }, horzLines: { color: palette.border } },
    crosshair: { mode: CrosshairMode.Normal, vertLine: crosshair, horzLine: crosshair },
    rightPriceScale: { borderColor: palette.border, scaleMargins: { top: 0.06, bottom: 0.22 } },
    timeScale: {
      borderColor: palette.border,
      timeVisible: true,
      secondsVisible: false,
      minBarSpacing: 0.2,
      rightOffset: 4,
    },
    localization: {
      locale: figureLocale(),
      timeFormatter: (time: unknown) => {
        const at = Number(time) * 1000;
        return `${utcDay(at)} ${utcTime(at).slice(0, 5)}`;
      },
    },
  };
}

/** Rising bars are hollow and falling ones filled, so that colour is not the only difference. */
export function candleOptions(palette: Palette, around: number): CandlestickSeriesPartialOptions {
  const decimals = Math.min(decimalsFor(around, 5), 4);
  return {
    upColor: palette.panel,
    borderUpColor: palette.up,
    wickUpColor: palette.up,
    downColor: palette.down,
    borderDownColor: palette.down,
    wickDownColor: palette.down,
    priceLineColor: palette.text3,
    priceLineStyle: LineStyle.Dotted,
    priceFormat: { type: 'custom', minMove: 10 ** -decimals, formatter: (value: number) => plain(value, decimals) },
  };
}

export function volumeOptions(palette: Palette): HistogramSeriesPartialOptions {
  return {
    color: palette.border,
    priceScaleId: '',
    priceFormat: { type: 'volume' },
    lastValueVisible: false,
    priceLineVisible: false,
  };
}
