import { readFilter, writeFilter } from '~/kit/filter/address';
import { type Group, type Node, type Test, isGroup } from '~/kit/filter/model';
import type { Words } from '~/i18n';

export interface QuickFilter {
  readonly id: string;
  readonly words: Words;
  readonly test: Test;
}

/** What is asked most, by one press. */
export const QUICK_FILTERS: readonly QuickFilter[] = [
  { id: 'mine', words: { id: 'board.quick.mine', defaultMessage: 'Mine' }, test: { field: 'owner', op: 'is', value: 'me' } },
  {
    id: 'free',
    words: { id: 'board.quick.free', defaultMessage: 'Unassigned' },
    test: { field: 'owner', op: 'is', value: 'nobody' },
  },
  { id: 'hot', words: { id: 'board.quick.hot', defaultMessage: 'Hot' }, test: { field: 'score', op: 'atLeast', value: 80 } },
  {
    id: 'week',
    words: { id: 'board.quick.week', defaultMessage: 'New this week' },
    test: { field: 'created', op: 'within', value: 'thisWeek' },
  },
];

const same = (left: Test, right: Test): boolean =>
  left.field === right.field && left.op === right.op && JSON.stringify(left.value) === JSON.stringify(right.value);

/** Whether the text of a filter asks for this among other things. */
export function hasQuick(f: string | undefined, { test }: QuickFilter): boolean {
  const root = readFilter(f ?? '');
  return root.mode === 'all' && root.members.some((it) => !isGroup(it) && same(it, test));
}

/** The text of the filter with this added, or taken away. Two tests of one field go against each other: the newer wins. */
export function toggleQuick(f: string | undefined, quick: QuickFilter): string | undefined {
  const root = readFilter(f ?? '');
  const members = root.mode === 'all' ? root.members : [root];
  const others = members.filter((it) => isGroup(it) || it.field !== quick.test.field);
  const next = hasQuick(f, quick) ? members.filter((it) => isGroup(it) || !same(it, quick.test)) : [...others, quick.test];
  return writeFilter({ mode: 'all', members: next }) || undefined;
}

/** The filter without what the quick ones ask for: that is shown by their own buttons. */
export function withoutQuick(f: string | undefined): Group {
  const root = readFilter(f ?? '');
  if (root.mode !== 'all') return root;
  return { mode: 'all', members: root.members.filter((it) => !isQuick(it)) };
}

/** The text of a filter that was changed beside the quick ones, which stay as they are. */
export function besideQuick(f: string | undefined, rest: Group): string | undefined {
  const quick = readFilter(f ?? '').members.filter(isQuick);
  const others = rest.mode === 'all' ? rest.members : [rest];
  return writeFilter({ mode: 'all', members: [...quick, ...others] }) || undefined;
}

const isQuick = (node: Node): boolean => !isGroup(node) && QUICK_FILTERS.some((it) => same(it.test, node));
