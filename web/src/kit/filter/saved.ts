import {
  type Condition,
  EVERYTHING,
  type FilterValue,
  type Group,
  type LeadFilter,
  type Node,
  type Op,
  type ServerFilter,
  type Test,
  isGroup,
} from './model';

/** A filter that somebody saved, also by other programs: flat facts become tests. */
export function fromServerFilter(filter: ServerFilter | undefined): LeadFilter {
  if (!filter) return { root: EVERYTHING, search: '', deleted: false };
  const { where, search, deleted, ...flat } = filter;
  const tests = flatTests(flat as Record<string, unknown>);
  const root = where ? groupOf(where) : EVERYTHING;
  const isSimple = root.mode === 'all' || root.members.length === 0;
  const members = isSimple ? [...tests, ...root.members] : [...tests, root];
  const whole: Group = tests.length === 0 && !isSimple ? root : { mode: 'all', members };
  return { root: whole, search: search ?? '', deleted: deleted ?? false };
}

function groupOf(condition: Condition): Group {
  const node = nodeOf(condition);
  return isGroup(node) ? node : { mode: 'all', members: [node] };
}

function nodeOf(condition: Condition): Node {
  if (condition.all) return { mode: 'all', members: condition.all.map(nodeOf) };
  if (condition.any) return { mode: 'any', members: condition.any.map(nodeOf) };
  if (condition.not) {
    const inner = nodeOf(condition.not);
    if (isGroup(inner) && inner.mode === 'any') return { mode: 'none', members: inner.members };
    return { mode: 'none', members: [inner] };
  }
  const { field, op, value } = condition;
  return {
    field: field ?? '',
    op: op as Op,
    ...(value !== undefined && value !== null && { value: value as FilterValue }),
  };
}

const AT_OR_AFTER =
  (field: string) =>
  (value: unknown): Node => ({
    mode: 'none',
    members: [{ field, op: 'before', value: moment(value) }],
  });

const BEFORE =
  (field: string) =>
  (value: unknown): Node => ({ field, op: 'before', value: moment(value) });

/** A bare day in a flat fact is meant in UTC, where a condition takes it in the workspace's zone. */
const moment = (value: unknown): string =>
  /^\d{4}-\d\d-\d\d$/.test(String(value)) ? `${value}T00:00:00Z` : String(value);

const test =
  (field: string, op: Op) =>
  (value: unknown): Test => ({ field, op, value: value as FilterValue });

const FLAT: Record<string, (value: unknown) => Node> = {
  stageId: test('stage', 'is'),
  pipelineId: test('pipeline', 'is'),
  source: test('source', 'is'),
  email: test('email', 'is'),
  phone: test('phone', 'is'),
  minScore: test('score', 'atLeast'),
  maxScore: test('score', 'atMost'),
  minValue: test('value', 'atLeast'),
  maxValue: test('value', 'atMost'),
  createdAfter: AT_OR_AFTER('created'),
  createdBefore: BEFORE('created'),
  updatedAfter: AT_OR_AFTER('updated'),
  updatedBefore: BEFORE('updated'),
  converted: test('converted', 'is'),
  assignedTo: (value) => ({ field: 'owner', op: 'is', value: value === 'none' ? 'nobody' : String(value) }),
  tag: (value) => ({ field: 'tags', op: 'hasAll', value: [value].flat() as string[] }),
};

function flatTests(flat: Record<string, unknown>): Node[] {
  return Object.entries(flat).flatMap(([name, value]) => {
    if (value === undefined || value === null) return [];
    if (name.startsWith('cf.'))
      return [{ field: `customFields.${name.slice(3)}`, op: 'is' as const, value: value as FilterValue }];
    return FLAT[name] ? [FLAT[name](value)] : [];
  });
}
