import type { CSSProperties } from 'react';

/** The six colours of the first stages, by the value that the server keeps. */
export const STAGE_COLOURS = {
  '#1a73d5': 'blue',
  '#b47520': 'amber',
  '#8054d6': 'purple',
  '#ca3f8d': 'pink',
  '#21914e': 'green',
  '#d33a3c': 'red',
} as const;

export interface StageColour {
  'data-stage': string;
  style?: CSSProperties;
}

/** The hue of a colour as OKLCH counts it, in degrees; of a grey, that of blue. */
export function hueOf(hex: string): number {
  const value = Number.parseInt(hex.slice(1), 16);
  const [r, g, b] = [value >> 16, (value >> 8) & 255, value & 255].map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  const bee = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  if (Math.hypot(a, bee) < 0.01) return 252;
  const degrees = (Math.atan2(bee, a) * 180) / Math.PI;
  return Math.round(degrees < 0 ? degrees + 360 : degrees);
}

const known = new Map<string, StageColour>();

/**
 * What an element needs for `stage-solid`, `stage-soft` and `stage-text` to be those of a colour.
 * A colour that is none of the six is reduced to its hue, so that words on it stay readable.
 */
export function stageColour(hex: string): StageColour {
  const key = hex.toLowerCase();
  let colour = known.get(key);
  if (!colour) {
    const name = STAGE_COLOURS[key as keyof typeof STAGE_COLOURS] as string | undefined;
    colour = name
      ? { 'data-stage': name }
      : { 'data-stage': 'custom', style: { '--hue': String(hueOf(key)) } as CSSProperties };
    known.set(key, colour);
  }
  return colour;
}
