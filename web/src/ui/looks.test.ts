import { describe, expect, it } from 'vitest';
import { initials } from './avatar';
import { hueOf, stageColour } from './stage-colour';

describe('the colour of a stage', () => {
  it.each([
    ['#1a73d5', 'blue'],
    ['#B47520', 'amber'],
  ])('%s is one of the six', (hex, name) => {
    expect(stageColour(hex)).toEqual({ 'data-stage': name });
  });

  it('is otherwise reduced to its hue', () => {
    expect(stageColour('#00ff00')).toEqual({ 'data-stage': 'custom', style: { '--hue': '142' } });
    expect(hueOf('#ff0000')).toBe(29);
    expect(hueOf('#0000ff')).toBe(264);
  });

  it('is blue where a grey has no hue', () => {
    expect(hueOf('#808080')).toBe(252);
  });
});

describe('the signs for a name', () => {
  it.each([
    ['Katherine Knuth', 'KK'],
    ['cher', 'C'],
    ['Ana de la Cruz', 'AC'],
    ['مريم العلي', 'ما'],
    ['李小龙', '李'],
    ['🦄 Unicorn', 'U'],
    ['  ', '?'],
    ['<script>', 'S'],
  ])('of %s are %s', (name, signs) => {
    expect(initials(name)).toBe(signs);
  });
});
