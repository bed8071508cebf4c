import { screen } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { render } from '../../test/render';
import { Button } from './button';
import { IconButton } from './icon-button';

describe('a button', () => {
  it('is pressed by pointer, Enter and Space', async () => {
    const onPress = vi.fn();
    const { user } = render(<Button onPress={onPress}>Save</Button>);
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await user.keyboard('{Enter}');
    await user.keyboard(' ');
    expect(onPress).toHaveBeenCalledTimes(3);
  });

  it('keeps its name and the focus while it works, and ignores repeats', async () => {
    const onPress = vi.fn();
    const { user } = render(
      <Button onPress={onPress} isPending>
        Save
      </Button>,
    );
    await user.tab();
    const button = screen.getByRole('button', { name: /Save/ });
    expect(button).toBe(document.activeElement);
    await user.keyboard('{Enter}');
    expect(onPress).not.toHaveBeenCalled();
  });

  it('says why it cannot be pressed, stays reachable, and sends no form', async () => {
    const onSubmit = vi.fn((event: React.FormEvent) => event.preventDefault());
    const onPress = vi.fn();
    const onRefused = vi.fn();
    const { user } = render(
      <form onSubmit={onSubmit}>
        <Button type="submit" onPress={onPress} reason="Enter a name first" onRefused={onRefused}>
          Save
        </Button>
      </form>,
    );
    await user.tab();
    const button = screen.getByRole('button', { name: 'Save', description: 'Enter a name first' });
    expect(button).toBe(document.activeElement);
    expect(button.getAttribute('aria-disabled')).toBe('true');
    await user.keyboard('{Enter}');
    expect(onPress).not.toHaveBeenCalled();
    expect(onSubmit).not.toHaveBeenCalled();
    expect(onRefused).toHaveBeenCalledWith('Enter a name first');
  });

  it('keeps its press from what it stands in, and takes the focus', async () => {
    const onPress = vi.fn();
    const around = vi.fn();
    const { user } = render(
      // oxlint-disable-next-line jsx-a11y/no-static-element-interactions, jsx-a11y/click-events-have-key-events -- stands for a row
      <div onClick={around} onKeyDown={(event) => around(event.key)}>
        <Button onPress={onPress}>Save</Button>
      </div>,
    );
    const button = screen.getByRole('button', { name: 'Save' });
    await user.click(button);
    expect(document.activeElement).toBe(button);
    await user.keyboard('{Enter}');
    await user.keyboard(' ');
    expect(onPress).toHaveBeenCalledTimes(3);
    expect(around).not.toHaveBeenCalled();
    await user.keyboard('{Escape}');
    expect(around).toHaveBeenCalledExactlyOnceWith('Escape');
  });

  it('is pressed once by a key that is held', () => {
    render(<Button>Save</Button>);
    const button = screen.getByRole('button', { name: 'Save' });
    const held = new KeyboardEvent('keydown', { key: 'Enter', repeat: true, bubbles: true, cancelable: true });
    button.dispatchEvent(held);
    expect(held.defaultPrevented).toBe(true);
  });

  it('has a name where only an icon is drawn', () => {
    render(<IconButton label="Close" icon={<svg />} />);
    expect(screen.getByRole('button', { name: 'Close' })).toBeTruthy();
  });
});
