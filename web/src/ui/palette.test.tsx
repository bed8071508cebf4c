import { act, screen, waitFor } from '@testing-library/react';
import { useState } from 'react';
import { beforeAll, expect, it, vi } from 'vitest';
import { render } from '../../test/render';
import { Palette } from './palette';

const NAMES = ['Board', 'Import', 'Keyboard shortcuts', 'Leads'];

interface StageProps {
  onChosen: (name: string) => void;
  /** Hands out what says whether it is being looked for; then it is so from the start. */
  onLook?: (set: (isLooking: boolean) => void) => void;
}

// What is loaded when it is first opened is there already.
beforeAll(() => import('./overlay/palette'));

function Stage({ onChosen, onLook }: StageProps) {
  const [isLooking, setLooking] = useState(onLook !== undefined);
  onLook?.(setLooking);
  const [query, setQuery] = useState('');
  const [isOpen, setOpen] = useState(true);
  const shown = NAMES.filter((it) => it.toLowerCase().includes(query.toLowerCase()));
  return (
    <Palette
      isOpen={isOpen}
      onClose={() => setOpen(false)}
      label="Search"
      placeholder="Find"
      query={query}
      onQuery={setQuery}
      isLooking={isLooking}
      empty="Nothing"
      groups={[{ id: 'all', title: 'All', items: shown.map((it) => ({ id: it, label: it, onChoose: () => onChosen(it) })) }]}
    />
  );
}

it('takes what was typed, however soon Enter comes', async () => {
  const onChosen = vi.fn();
  const { user } = render(<Stage onChosen={onChosen} />);
  await user.click(await screen.findByRole('searchbox', { name: 'Search' }));
  await user.keyboard('keyb{Enter}');
  await waitFor(() => expect(onChosen.mock.calls).toEqual([['Keyboard shortcuts']]));
});

it('waits with Enter for what is being looked for, and forgets it when one types on', async () => {
  const onChosen = vi.fn();
  let look: (isLooking: boolean) => void = () => undefined;
  const { user } = render(<Stage onChosen={onChosen} onLook={(set) => (look = set)} />);
  await user.click(await screen.findByRole('searchbox', { name: 'Search' }));
  await user.keyboard('lea{Enter}d');
  act(() => look(false));
  expect(onChosen).not.toHaveBeenCalled();
  act(() => look(true));
  await user.keyboard('s{Enter}');
  expect(onChosen).not.toHaveBeenCalled();
  act(() => look(false));
  await waitFor(() => expect(onChosen.mock.calls).toEqual([['Leads']]));
});
