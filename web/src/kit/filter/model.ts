import type { Schema } from '~/api/client';

/** What the server takes as `filter`. */
export type ServerFilter = Schema<'Filter'>;
export type Condition = Schema<'Condition'>;

export const UNITS = ['minutes', 'hours', 'days', 'weeks', 'months', 'quarters', 'years'] as const;
export type Unit = (typeof UNITS)[number];

/** A length of time: one unit, such as `{ days: 7 }`. */
export type Length = { readonly [Name in Unit]?: number };

/** A time counted from now. */
export type Relative =
  { readonly ago: Length } | { readonly ahead: Length } | { readonly last: Length } | { readonly next: Length };

export type FilterValue = string | number | boolean | Length | Relative | readonly (string | number | Relative)[];

export type Op =
  | 'is'
  | 'isNot'
  | 'in'
  | 'notIn'
  | 'contains'
  | 'notContains'
  | 'startsWith'
  | 'isEmpty'
  | 'isNotEmpty'
  | 'atLeast'
  | 'moreThan'
  | 'atMost'
  | 'lessThan'
  | 'between'
  | 'has'
  | 'hasAny'
  | 'hasAll'
  | 'hasNone'
  | 'before'
  | 'after'
  | 'on'
  | 'within'
  | 'olderThan';

/** A test of one field. Without a value where its comparison needs one it is not finished, and asks for nothing. */
export interface Test {
  readonly field: string;
  readonly op: Op;
  readonly value?: FilterValue;
}

/** All of its members hold, or any, or none of them. */
export interface Group {
  readonly mode: 'all' | 'any' | 'none';
  readonly members: readonly Node[];
}

export type Node = Test | Group;

/** Everything that says which leads are meant. */
export interface LeadFilter {
  readonly root: Group;
  readonly search: string;
  /** The trash instead of the live leads. */
  readonly deleted: boolean;
}

export const EVERYTHING: Group = { mode: 'all', members: [] };
export const NO_FILTER: LeadFilter = { root: EVERYTHING, search: '', deleted: false };

export const isGroup = (node: Node): node is Group => 'members' in node;

export function isFinished(test: Test): boolean {
  if (test.op === 'isEmpty' || test.op === 'isNotEmpty') return true;
  const { value } = test;
  if (value === undefined || value === '') return false;
  if (!Array.isArray(value)) return true;
  if (test.op === 'between') return value.length === 2 && value.every((end) => end !== '');
  return value.length > 0;
}

/** How many finished tests there are, at any depth. */
export function countTests(group: Group): number {
  let sum = 0;
  for (const member of group.members) sum += isGroup(member) ? countTests(member) : Number(isFinished(member));
  return sum;
}

/** A place in the tree: the index in each group on the way down. */
export type Path = readonly number[];

export function nodeAt(root: Group, path: Path): Node | undefined {
  let node: Node | undefined = root;
  for (const step of path) node = node && isGroup(node) ? node.members[step] : undefined;
  return node;
}

/** The tree with another node at a place, or without one there. */
export function replaceAt(root: Group, path: Path, made: Node | undefined): Group {
  const [step, ...rest] = path;
  if (step === undefined) return made && isGroup(made) ? made : root;
  const members = [...root.members];
  if (rest.length === 0) members.splice(step, 1, ...(made ? [made] : []));
  else {
    const inner = members[step];
    if (inner && isGroup(inner)) members[step] = replaceAt(inner, rest, made);
  }
  return { ...root, members };
}

export function addTo(root: Group, path: Path, made: Node): Group {
  const group = nodeAt(root, path);
  if (!group || !isGroup(group)) return root;
  const grown = { ...group, members: [...group.members, made] };
  return path.length === 0 ? grown : replaceAt(root, path, grown);
}

/** Groups without members say nothing, and are left out where others read the filter. */
export function tidy(group: Group): Group {
  const members = group.members
    .map((member) => (isGroup(member) ? tidy(member) : member))
    .filter((member) => (isGroup(member) ? member.members.length > 0 : isFinished(member)));
  return { ...group, members };
}
