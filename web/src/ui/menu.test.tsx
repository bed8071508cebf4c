import { screen, waitFor } from '@testing-library/react';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { render } from '../../test/render';
import { MenuButton } from './menu';

const items = (onAction: (id: string) => void) =>
  ['Edit', 'Move', 'Delete'].map((label) => ({ id: label, label, onAction: () => onAction(label) }));

// What is loaded when it is first opened is there already.
beforeAll(() => import('./overlay/menu'));

describe('a menu', () => {
  it('is opened by keyboard, and gives the focus back after something was chosen', async () => {
    const onAction = vi.fn();
    const { user } = render(<MenuButton label="More" items={items(onAction)} />);
    await user.tab();
    await user.keyboard('{Enter}');
    await user.click(await screen.findByRole('menuitem', { name: 'Move' }));
    expect(onAction).toHaveBeenCalledExactlyOnceWith('Move');
    await waitFor(() => expect(screen.getByRole('button', { name: 'More' })).toBe(document.activeElement));
  });

  it('is opened by the arrow down', async () => {
    const { user } = render(<MenuButton label="More" items={items(() => undefined)} />);
    await user.tab();
    await user.keyboard('{ArrowDown}');
    expect(await screen.findByRole('menu', { name: 'More' })).toBeTruthy();
  });

  it('closes by Escape without doing anything', async () => {
    const onAction = vi.fn();
    const { user } = render(<MenuButton label="More" items={items(onAction)} />);
    await user.click(screen.getByRole('button', { name: 'More' }));
    await screen.findByRole('menu', { name: 'More' });
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('menu')).toBeNull());
    expect(onAction).not.toHaveBeenCalled();
  });

  it('is narrowed by typing', async () => {
    const onAction = vi.fn();
    const { user } = render(<MenuButton label="More" items={items(onAction)} filter="Find an action" />);
    await user.click(screen.getByRole('button', { name: 'More' }));
    const field = await screen.findByRole('searchbox', { name: 'Find an action' });
    await user.type(field, 'del');
    await waitFor(() => expect(screen.getAllByRole('menuitem')).toHaveLength(1));
    await user.keyboard('{ArrowDown}{Enter}');
    expect(onAction).toHaveBeenCalledExactlyOnceWith('Delete');
  });

  it('says why something cannot be chosen', async () => {
    const { user } = render(
      <MenuButton label="More" items={[{ id: 'x', label: 'Merge', reason: 'Select two leads' }]} />,
    );
    await user.click(screen.getByRole('button', { name: 'More' }));
    const item = await screen.findByRole('menuitem', { name: /Merge/ });
    expect(item.getAttribute('aria-disabled')).toBe('true');
    expect(item.textContent).toContain('Select two leads');
  });
});
