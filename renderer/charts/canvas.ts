import { type RefObject, useEffect, useRef, useState } from 'react';

/** Size of an element in CSS pixels and how many device pixels make one of them. */
export interface SurfaceSize {
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
}

const NOTHING: SurfaceSize = { width: 0, height: 0, ratio: 1 };

/** Follows an element's size and the screen's pixel ratio. */
export function useSurface<E extends HTMLElement>(): { readonly ref: RefObject<E | null>; readonly size: SurfaceSize } {
  const ref = useRef<E | null>(null);
  const [size, setSize] = useState(NOTHING);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = (): void => {
      const next = {
        width: element.clientWidth,
        height: element.clientHeight,
        ratio: window.devicePixelRatio || 1,
      };
      setSize((now) =>
        now.width === next.width && now.height === next.height && now.ratio === next.ratio ? now : next,
      );
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);
  return { ref, size };
}

/** The 2D context of a canvas sized to its surface, cleared and scaled so that one unit is one CSS pixel. */
export function openCanvas(canvas: HTMLCanvasElement, size: SurfaceSize): CanvasRenderingContext2D | null {
  const width = Math.round(size.width * size.ratio);
  const height = Math.round(size.height * size.ratio);
  if (width === 0 || height === 0) return null;
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext('2d');
  if (!context) return null;
  context.setTransform(size.ratio, 0, 0, size.ratio, 0, 0);
  context.clearRect(0, 0, size.width, size.height);
  return context;
}
