import { describe, expect, it } from 'vitest';
import { QUICK_FILTERS, hasQuick, toggleQuick } from './quick-filters';

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
});
