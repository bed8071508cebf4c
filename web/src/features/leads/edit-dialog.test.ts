import { expect, it } from 'vitest';
import { editOf } from './edit-dialog';

it('sends a field of many leads in its own type', () => {
  expect(editOf({ id: 'company', type: 'text' }, ' Acme ')).toEqual({ company: 'Acme' });
  expect(editOf({ id: 'title', type: 'text' }, null)).toEqual({ title: null });
  expect(editOf({ id: 'score', type: 'number' }, '40')).toEqual({ score: 40 });
  expect(editOf({ id: 'customFields.vip', type: 'boolean' }, 'false')).toEqual({ customFields: { vip: false } });
  expect(editOf({ id: 'customFields.likes', type: 'multiChoice' }, ['a', 'b'])).toEqual({ customFields: { likes: ['a', 'b'] } });
  expect(editOf({ id: 'customFields.seats', type: 'number' }, 'many')).toEqual({ customFields: { seats: 'many' } });
});
