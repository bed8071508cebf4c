import { describe, expect, it } from 'vitest';
import type { ImportColumn, ImportPlan } from '~/api/queries/imports';
import { constantOf, freeField, isKept, keyOf, simpleOf, withColumn, withConstant, withSimple, withTransform } from './plan';

describe('columns', () => {
  const plan: ImportPlan = { columns: [{ column: 0, field: 'name' }, { column: 2, field: 'email' }] };

  it('are changed one by one and stay in their order', () => {
    expect(withColumn(plan, 1, { field: 'phone' }).map((one) => one.field)).toEqual(['name', 'phone', 'email']);
    expect(withColumn(plan, 2, { write: 'overwrite' })[1]).toEqual({ column: 2, field: 'email', write: 'overwrite' });
  });

  it.each([
    ['Annual Budget (€)', 'annualBudget'],
    ['größe', 'große'],
    ['', 'column4'],
    ['***', 'column4'],
  ])('%s becomes the field %s', (header, key) => expect(keyOf(header, 3)).toBe(key));

  it('go to a new field that is nobody else’s', () => {
    const detected = { column: 1, header: 'Budget', samples: [], guess: 'money' as const };
    expect(freeField(plan, [], detected)).toBe('customFields.budget');
    expect(freeField(plan, ['customFields.budget'], detected)).toBe('customFields.budget2');
  });

  it.each([
    ['a key that no field has', 'customFields.size', null, true],
    ['a custom field that is there', 'customFields.budget', null, false],
    ['one that is going to be defined', 'customFields.size', 'number' as const, false],
    ['a field of every lead', 'email', null, false],
    ['nothing', null, null, false],
  ])('are kept with the lead beside its fields where they go to %s', (_, field, define, kept) =>
    expect(isKept({ column: 0, field, define }, ['email', 'customFields.budget'])).toBe(kept),
  );
});

describe('constants', () => {
  it('are set, replaced where they stand, and taken away by an empty value', () => {
    const plan: ImportPlan = { constants: [{ field: 'source', value: 'Fair' }, { field: 'stage', value: 'New' }] };
    expect(constantOf(plan, 'source')).toBe('Fair');
    expect(withConstant(plan, 'source', ' Shop ')).toEqual([{ field: 'source', value: 'Shop' }, { field: 'stage', value: 'New' }]);
    expect(withConstant(plan, 'source', '  ')).toEqual([{ field: 'stage', value: 'New' }]);
  });
});

describe('transforms', () => {
  const column: ImportColumn = { column: 0, transforms: [{ kind: 'lower' }, { kind: 'ifEmpty', value: 'x' }] };

  it('keep those with settings when simple ones change', () => {
    expect(simpleOf(column)).toEqual(['lower']);
    expect(withSimple(column, ['trim'])).toEqual([{ kind: 'trim' }, { kind: 'ifEmpty', value: 'x' }]);
  });

  it('have one kind of letters at a time: the last that was chosen', () => {
    expect(withSimple(column, ['lower', 'title'])).toEqual([{ kind: 'title' }, { kind: 'ifEmpty', value: 'x' }]);
  });

  it('are replaced in their place, and taken away', () => {
    expect(withTransform(column, 'ifEmpty', { kind: 'ifEmpty', value: 'y' })[1]).toEqual({ kind: 'ifEmpty', value: 'y' });
    expect(withTransform(column, 'ifEmpty', undefined)).toEqual([{ kind: 'lower' }]);
    expect(withTransform(column, 'date', { kind: 'date', order: 'mdy' })).toHaveLength(3);
  });
});
