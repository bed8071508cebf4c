import { screen } from '@testing-library/react';
import { useState } from 'react';
import { describe, expect, it } from 'vitest';
import { render } from '../../test/render';
import { TokensField } from './tokens-field';

function Tags({ first = [] }: { first?: string[] }) {
  const [tags, setTags] = useState(first);
  return <TokensField label="Tags" value={tags} onChange={setTags} suggestions={['vip', 'newsletter']} />;
}

const shown = () => screen.queryAllByRole('button', { name: /^Remove / }).map((it) => it.getAttribute('aria-label'));

describe('a field of several words', () => {
  it('takes a word by Enter or comma, once', async () => {
    const { user } = render(<Tags />);
    await user.type(screen.getByRole('combobox', { name: 'Tags' }), 'hot{Enter}cold,hot{Enter}');
    expect(shown()).toEqual(['Remove hot', 'Remove cold']);
    expect(screen.getByRole('status').textContent).toContain('Added cold');
  });

  it('offers what is there already', async () => {
    const { user } = render(<Tags />);
    await user.type(screen.getByRole('combobox', { name: 'Tags' }), 'news{ArrowDown}{Enter}');
    expect(shown()).toEqual(['Remove newsletter']);
  });

  it('takes the last one off by Backspace, and any by its button', async () => {
    const { user } = render(<Tags first={['one', 'two', 'three']} />);
    await user.click(screen.getByRole('combobox', { name: 'Tags' }));
    await user.keyboard('{Backspace}');
    await user.click(screen.getByRole('button', { name: 'Remove one' }));
    expect(shown()).toEqual(['Remove two']);
    expect(screen.getByRole('combobox', { name: 'Tags' })).toBe(document.activeElement);
  });

  it('takes a pasted list apart', async () => {
    const { user } = render(<Tags />);
    await user.click(screen.getByRole('combobox', { name: 'Tags' }));
    await user.paste('a, b;c\nd');
    expect(shown()).toEqual(['Remove a', 'Remove b', 'Remove c', 'Remove d']);
  });

  it('shows hostile words as words', async () => {
    const { user } = render(<Tags />);
    await user.type(screen.getByRole('combobox', { name: 'Tags' }), '<img src=x onerror=alert(1)>{Enter}');
    expect(screen.getByText('<img src=x onerror=alert(1)>')).toBeTruthy();
    expect(document.querySelector('img')).toBeNull();
  });
});
