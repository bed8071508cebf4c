import { screen, waitFor } from '@testing-library/react';
import { useState } from 'react';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { render } from '../../test/render';
import { Button } from './button';
import { ConfirmDialog, Dialog } from './dialog';
import { TextField } from './text-field';

function Opened({ isDirty = false, onConfirm }: { isDirty?: boolean; onConfirm?: () => void }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button onPress={() => setOpen(true)}>Open</Button>
      <Dialog isOpen={isOpen} onClose={() => setOpen(false)} title="New view" isDirty={isDirty} onConfirm={onConfirm}>
        <TextField label="Name" autoFocus />
      </Dialog>
    </>
  );
}

// What is loaded when it is first opened is there already.
beforeAll(() => Promise.all([import('./overlay/dialog'), import('./overlay/confirm')]));

describe('a dialog', () => {
  it('takes the focus, and gives it back after Escape', async () => {
    const { user } = render(<Opened />);
    await user.tab();
    await user.keyboard('{Enter}');
    const dialog = await screen.findByRole('dialog', { name: 'New view' });
    // Which field has it, the journeys see in a real browser.
    await waitFor(() => expect(dialog.contains(document.activeElement)).toBe(true));
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(screen.getByRole('button', { name: 'Open' })).toBe(document.activeElement);
  });

  it('asks before what was written is lost', async () => {
    const { user } = render(<Opened isDirty />);
    await user.tab();
    await user.keyboard('{Enter}');
    await screen.findByRole('dialog');
    await user.keyboard('{Escape}');
    await user.click(await screen.findByRole('button', { name: 'Keep editing' }));
    expect(screen.getByRole('dialog')).toBeTruthy();
    await user.keyboard('{Escape}');
    await user.click(await screen.findByRole('button', { name: 'Discard' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('is confirmed by Ctrl Enter from anywhere inside', async () => {
    const onConfirm = vi.fn();
    const { user } = render(<Opened onConfirm={onConfirm} />);
    await user.tab();
    await user.keyboard('{Enter}');
    await user.type(await screen.findByRole('textbox', { name: 'Name' }), 'Hot');
    await user.keyboard('{Control>}{Enter}{/Control}');
    expect(onConfirm).toHaveBeenCalledOnce();
  });
});

describe('a question', () => {
  it('stays and says why when the answer cannot be carried out', async () => {
    const onConfirm = vi
      .fn<() => Promise<void>>()
      .mockRejectedValueOnce(new Error('The view is locked.'))
      .mockResolvedValueOnce();
    const onClose = vi.fn();
    const { user } = render(
      <ConfirmDialog
        isOpen
        onClose={onClose}
        title="Delete the view?"
        lead="The leads stay."
        action="Delete view"
        onConfirm={onConfirm}
      />,
    );
    await user.click(await screen.findByRole('button', { name: 'Delete view' }));
    expect(await screen.findByText('The view is locked.')).toBeTruthy();
    expect(onClose).not.toHaveBeenCalled();
    await user.click(screen.getByRole('button', { name: 'Delete view' }));
    await waitFor(() => expect(onClose).toHaveBeenCalledOnce());
  });
});
