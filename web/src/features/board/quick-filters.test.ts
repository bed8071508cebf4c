import { describe, expect, it } from 'vitest';
import { QUICK_FILTERS, besideQuick, hasQuick, toggleQuick, withoutQuick } from './quick-filters';

const [mine, free, hot] = QUICK_FILTERS;
if (!mine || !free || !hot) throw new Error('the quick filters are gone');

describe('quick filters', () => {
  it('come and go by one press', () => {
    const on = toggleQuick(undefined, mine);
    expect(on).toBe('owner:me');
    expect(hasQuick(on, mine)).toBe(true);
    expect(toggleQuick(on, mine)).toBeUndefined();
  });

  it('stand beside each other, unless they ask for the same thing', () => {
    expect(toggleQuick('owner:me', hot)).toBe('owner:me~score:gte:80');
    expect(toggleQuick('owner:me~score:gte:80', free)).toBe('score:gte:80~owner:nobody');
  });

  it('leave what somebody else has asked for', () => {
    expect(toggleQuick('any(tags:has:vip~source:form)', mine)).toBe('any(tags:has:vip~source:form)~owner:me');
  });

  it('are left out of the chips, and stay when those change', () => {
    const f = 'owner:me~tags:has:vip';
    expect(withoutQuick(f).members).toEqual([{ field: 'tags', op: 'has', value: 'vip' }]);
    expect(besideQuick(f, { mode: 'all', members: [] })).toBe('owner:me');
    expect(besideQuick('owner:me', { mode: 'any', members: [hot.test, free.test] })).toBe('owner:me~any(score:gte:80~owner:nobody)');
  });
});
