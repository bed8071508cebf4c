import type { ImportColumn, ImportConstant, ImportPlan, ImportTransform, DetectedColumn } from '~/api/queries/imports';

/** What is decided about a column; one that the plan does not name goes nowhere. */
export const columnOf = (plan: ImportPlan, column: number): ImportColumn =>
  plan.columns?.find((it) => (it.column ?? 0) === column) ?? { column, field: null };

/** The columns with one of them changed. */
export function withColumn(plan: ImportPlan, column: number, part: Partial<ImportColumn>): ImportColumn[] {
  const made = { ...columnOf(plan, column), ...part, column };
  const others = (plan.columns ?? []).filter((it) => (it.column ?? 0) !== column);
  return [...others, made].toSorted((one, other) => (one.column ?? 0) - (other.column ?? 0));
}

export const constantOf = (plan: ImportPlan, field: string): string =>
  plan.constants?.find((it) => it.field === field)?.value ?? '';

/** The constants with one of them changed; an empty value takes it away. */
export function withConstant(plan: ImportPlan, field: string, value: string): ImportConstant[] {
  const others = (plan.constants ?? []).filter((it) => it.field !== field);
  const before = (plan.constants ?? []).findIndex((it) => it.field === field);
  if (value.trim() === '') return others;
  const made = { field, value: value.trim() };
  return before < 0 ? [...others, made] : others.toSpliced(before, 0, made);
}

/** "Annual Budget (€)" as the key of a custom field: `annualBudget`. The server makes the same of other letters. */
export function keyOf(header: string, column: number): string {
  const words = header
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
  const [first = '', ...rest] = words;
  const key = first.toLowerCase() + rest.map((it) => it.charAt(0).toUpperCase() + it.slice(1).toLowerCase()).join('');
  return key === '' ? `column${column + 1}` : key.slice(0, 100);
}

/** A key that no other column of the plan goes to yet. */
export function freeField(plan: ImportPlan, taken: readonly string[], column: DetectedColumn): string {
  const used = new Set([...taken, ...(plan.columns ?? []).filter((it) => it.column !== column.column).map((it) => it.field)]);
  const key = keyOf(column.header, column.column);
  for (let count = 1; ; count += 1) {
    const field = `customFields.${count === 1 ? key : `${key}${count}`}`;
    if (!used.has(field)) return field;
  }
}

/**
 * Whether the values stay with the lead under a name that no custom field has. It is what the server suggests for a
 * column that it knows nothing of, since it takes no right; a field with a type is defined only where one asks for it.
 */
export const isKept = ({ field, define }: ImportColumn, fields: readonly string[]): boolean =>
  field != null && define == null && field.startsWith('customFields.') && !fields.includes(field);

/** The transforms that are switched on and off by name alone; the others have settings, which stay as they are. */
export const SIMPLE = ['trim', 'lower', 'upper', 'title', 'phone'] as const;
export type Simple = (typeof SIMPLE)[number];

const isSimple = (it: ImportTransform): boolean => (SIMPLE as readonly string[]).includes(it.kind);

export const simpleOf = (column: ImportColumn): Simple[] =>
  (column.transforms ?? []).filter(isSimple).map((it) => it.kind as Simple);

/** The transforms with these simple ones; lower, upper and title rule each other out, and the last chosen counts. */
export function withSimple(column: ImportColumn, chosen: readonly Simple[]): ImportTransform[] {
  const before = simpleOf(column);
  const letters: ReadonlySet<Simple> = new Set(['lower', 'upper', 'title']);
  const added = chosen.find((it) => letters.has(it) && !before.includes(it));
  const kept = added ? chosen.filter((it) => it === added || !letters.has(it)) : chosen;
  const others = (column.transforms ?? []).filter((it) => !isSimple(it));
  return [...SIMPLE.filter((it) => kept.includes(it)).map((kind) => ({ kind })), ...others];
}

/** The settings of a transform by its kind, where the column has it. */
export function transformOf<Kind extends ImportTransform['kind']>(
  column: ImportColumn,
  kind: Kind,
): Extract<ImportTransform, { kind: Kind }> | undefined {
  const found = column.transforms?.find((it) => it.kind === kind);
  return found as Extract<ImportTransform, { kind: Kind }> | undefined;
}

/** The transforms with the one of this kind replaced, added at the end, or taken away. */
export function withTransform(
  column: ImportColumn,
  kind: ImportTransform['kind'],
  made: ImportTransform | undefined,
): ImportTransform[] {
  const all = column.transforms ?? [];
  const at = all.findIndex((it) => it.kind === kind);
  if (at < 0) return made ? [...all, made] : all;
  return made ? all.with(at, made) : all.toSpliced(at, 1);
}
