import { describe, expect, it } from 'vitest';
import { messageOf } from '../../scripts/texts';
import { type Message, grammarOf, piecesOf } from './message';

const english = grammarOf('en');
const written = (text: string, values: Record<string, unknown> = {}, grammar = english): string =>
  piecesOf(messageOf(text), values, grammar).join('');

describe('a message', () => {
  it('stays a text where nothing is put in', () => {
    expect(messageOf("It''s ready, '{name}'")).toBe("It's ready, {name}");
  });

  it('takes values in', () => {
    expect(written('Moved {name} to {stage}', { name: 'Vint', stage: 7 })).toBe('Moved Vint to 7');
    expect(written('Moved {name}', {})).toBe('Moved ');
  });

  it.each([
    [0, 'Inbox'],
    [1, 'Inbox, 1 new of 1,200'],
    [1234, 'Inbox, 1,234 new of 1,200'],
  ])('counts %d', (count, shown) => {
    const text = 'Inbox{count, plural, =0 {} one {, # new of {all, number}} other {, # new of {all, number}}}';
    expect(written(text, { count, all: 1200 })).toBe(shown);
  });

  it('counts as its language does', () => {
    const text = '{n, plural, one {# plik} few {# pliki} other {# plików}}';
    expect([1, 3, 5].map((n) => written(text, { n }, grammarOf('pl')))).toEqual(['1 plik', '3 pliki', '5 plików']);
  });

  it('chooses by a word, and falls back to what is left', () => {
    const text = '{kind, select, lead {a lead} other {something}}';
    expect(written(text, { kind: 'lead' })).toBe('a lead');
    expect(written(text, { kind: 'list' })).toBe('something');
  });

  it('counts inside of a choice', () => {
    const text = '{kind, select, lead {{n, plural, one {# lead} other {# leads}}} other {things}}';
    expect(written(text, { n: 3, kind: 'lead' })).toBe('3 leads');
  });

  it('holds what is no text', () => {
    const element = { anything: true };
    expect(piecesOf(messageOf('Owner: {who}') satisfies Message, { who: element }, english)).toEqual(['Owner: ', element]);
  });

  it.each(['{at, date, short}', '{n, plural, offset:1 other {#}}', '{n, selectordinal, other {#th}}', '<b>bold</b>', '{n, number, percent}'])(
    'is not built from %s, which nothing here would draw',
    (text) => expect(() => messageOf(text)).toThrow(/here/),
  );
});
