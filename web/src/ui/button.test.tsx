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

  it('has a name where only an icon is drawn', () => {
    render(<IconButton label="Close" icon={<svg />} />);
    expect(screen.getByRole('button', { name: 'Close' })).toBeTruthy();
  });
});
