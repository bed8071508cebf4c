/** The six colours that a workspace begins with, in their order. */
export const FIRST_COLOURS = ['#1a73d5', '#b47520', '#8054d6', '#ca3f8d', '#21914e', '#d33a3c'] as const;

const channel = (linear: number): string => {
  const held = Math.min(1, Math.max(0, linear));
  const value = held <= 0.0031308 ? held * 12.92 : 1.055 * held ** (1 / 2.4) - 0.055;
  return Math.round(value * 255)
    .toString(16)
    .padStart(2, '0');
};

/** The colour of a hue as the server keeps it: that of the stage's dot in light, `oklch(.58 .14 h)`. */
export function hexOfHue(hue: number): string {
  const angle = (hue * Math.PI) / 180;
  const [a, b] = [0.14 * Math.cos(angle), 0.14 * Math.sin(angle)];
  const l = (0.58 + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (0.58 - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (0.58 - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return `#${channel(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s)}${channel(
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
  )}${channel(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s)}`;
}
