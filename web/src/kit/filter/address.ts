/**
 * A filter as a short text, for the address: `owner:me~score:gte:60~any(tags:has:vip~source:form)`.
 *
 * Members are joined by `~`, the parts of a test by `:`, several values by `,`; `is` is left out.
 * A value is a number or a truth value where it looks like one, and text otherwise; `'` before it makes it text,
 * `@` a time counted from now (`@last.7.days`). `!` takes the meaning of the sign behind it.
 */
import { EVERYTHING, type FilterValue, type Group, type Node, type Op, type Test, UNITS, isGroup, tidy } from './model';

const CODES: Record<Op, string> = {
  is: 'is',
  isNot: 'not',
  in: 'in',
  notIn: 'nin',
  contains: 'like',
  notContains: 'unlike',
  startsWith: 'starts',
  isEmpty: 'empty',
  isNotEmpty: 'set',
  atLeast: 'gte',
  moreThan: 'gt',
  atMost: 'lte',
  lessThan: 'lt',
  between: 'btw',
  has: 'has',
  hasAny: 'any',
  hasAll: 'all',
  hasNone: 'none',
  before: 'before',
  after: 'after',
  on: 'on',
  within: 'within',
  olderThan: 'older',
};

const OPS = new Map(Object.entries(CODES).map(([op, code]) => [code, op as Op]));
const LISTS = new Set<Op>(['in', 'notIn', 'hasAny', 'hasAll', 'hasNone', 'between']);
const LOOKS_LIKE_MORE = /^(?:-?\d+(?:\.\d+)?|true|false)$|^['@]/;
const NUMBER = /^-?\d+(?:\.\d+)?$/;

/** The text of a filter; empty for one that asks for nothing. */
export function writeFilter(root: Group): string {
  const tidied = tidy(root);
  if (tidied.members.length === 0) return '';
  return tidied.mode === 'all' ? tidied.members.map(writeNode).join('~') : writeNode(tidied);
}

function writeNode(node: Node): string {
  if (isGroup(node)) return `${node.mode}(${node.members.map(writeNode).join('~')})`;
  return writeTest(node);
}

function writeTest({ field, op, value }: Test): string {
  const name = escape(field);
  if (value === undefined) return `${name}:${CODES[op]}`;
  const list = Array.isArray(value) ? (value as readonly FilterValue[]) : [value];
  const written = list.map((item) => escape(writeValue(item))).join(',');
  const isPlain = op === 'is' && !OPS.has(written);
  return isPlain ? `${name}:${written}` : `${name}:${CODES[op]}:${written}`;
}

function writeValue(value: FilterValue): string {
  if (typeof value === 'object') return `@${writeTime(value)}`;
  if (typeof value !== 'string') return String(value);
  return LOOKS_LIKE_MORE.test(value) ? `'${value}` : value;
}

function writeTime(value: object): string {
  const [name, inner] = Object.entries(value)[0] ?? ['days', 0];
  if (typeof inner === 'object') {
    const [unit, count] = Object.entries(inner as object)[0] ?? ['days', 0];
    return `${name}.${count}.${unit}`;
  }
  return `${inner}.${name}`;
}

const escape = (text: string): string => text.replaceAll(/[~:,()!]/g, '!$&');

/** Reads a text back. What makes no sense in it is left out, so that a broken address still shows something. */
export function readFilter(text: string): Group {
  const reader = new Reader(text);
  const members = reader.members();
  const [only] = members;
  if (members.length === 1 && only && isGroup(only)) return only;
  return members.length === 0 ? EVERYTHING : { mode: 'all', members };
}

const GROUP = /^(all|any|none)\(/;
const MAX_DEPTH = 8;

class Reader {
  #at = 0;

  constructor(private readonly text: string) {}

  members(depth = 0): Node[] {
    const found: Node[] = [];
    while (this.#at < this.text.length) {
      const node = this.#node(depth);
      if (node) found.push(node);
      const sign = this.text[this.#at];
      if (sign === ')' && depth > 0) break;
      this.#at += 1;
    }
    return found;
  }

  #node(depth: number): Node | undefined {
    const group = GROUP.exec(this.text.slice(this.#at, this.#at + 5));
    if (!group || depth >= MAX_DEPTH) return this.#test();
    this.#at += group[0].length;
    const members = this.members(depth + 1);
    // Past the closing sign, which a broken text may not have.
    this.#at += 1;
    return members.length === 0 ? undefined : { mode: group[1] as Group['mode'], members };
  }

  #test(): Test | undefined {
    const parts: string[][] = [[]];
    let word = '';
    for (; this.#at < this.text.length; this.#at += 1) {
      const sign = this.text[this.#at] as string;
      if (sign === '!') {
        this.#at += 1;
        word += this.text[this.#at] ?? '';
      } else if (sign === '~' || sign === ')') break;
      else if (sign === ':' || sign === ',') {
        parts.at(-1)?.push(word);
        word = '';
        if (sign === ':') parts.push([]);
      } else word += sign;
    }
    parts.at(-1)?.push(word);
    return testOf(parts);
  }
}

function testOf(parts: readonly string[][]): Test | undefined {
  const field = parts[0]?.join(',');
  if (!field || parts.length < 2 || parts.length > 3) return undefined;
  const [first] = parts[1] ?? [];
  const op = OPS.get(first ?? '');
  if (parts.length === 2) {
    if (op === 'isEmpty' || op === 'isNotEmpty') return { field, op };
    const value = readValue(first ?? '');
    return value === undefined || value === '' ? undefined : { field, op: 'is', value };
  }
  if (!op) return undefined;
  const values = (parts[2] ?? []).map(readValue).filter((value) => value !== undefined);
  const [value] = values;
  if (value === undefined) return undefined;
  return { field, op, value: LISTS.has(op) ? (values as (string | number)[]) : value };
}

function readValue(text: string): FilterValue | undefined {
  if (text.startsWith("'")) return text.slice(1);
  if (text.startsWith('@')) return readTime(text.slice(1));
  if (NUMBER.test(text)) return Number(text);
  if (text === 'true' || text === 'false') return text === 'true';
  return text;
}

function readTime(text: string): FilterValue | undefined {
  const parts = text.split('.');
  const unit = parts.pop() ?? '';
  const count = Number(parts.pop());
  const [direction] = parts;
  if (!UNITS.includes(unit as (typeof UNITS)[number]) || !Number.isInteger(count) || count < 0) return undefined;
  const length = { [unit]: count };
  if (direction === undefined) return length;
  return ['ago', 'ahead', 'last', 'next'].includes(direction)
    ? ({ [direction]: length } as unknown as FilterValue)
    : undefined;
}
