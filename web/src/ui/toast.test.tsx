import { act, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dismissToast, toast } from '~/app/toast';
import { render } from '../../test/render';
import { ToastRegion } from './toast';

describe('messages of the moment', () => {
  const made: number[] = [];
  const say = (...content: Parameters<typeof toast>) => act(() => void made.push(toast(...content)));
  beforeEach(() => vi.useFakeTimers({ shouldAdvanceTime: true }));
  afterEach(() => {
    act(() => made.splice(0).forEach(dismissToast));
    vi.useRealTimers();
  });

  it('stand in a landmark and go by themselves; those with an action stay longer', () => {
    render(<ToastRegion />);
    say({ tone: 'success', text: 'Moved' });
    say({ tone: 'success', text: 'Deleted', action: { label: 'Undo', run: () => undefined } });
    expect(screen.getByRole('region', { name: 'Notifications' })).toBeTruthy();
    act(() => void vi.advanceTimersByTime(5100));
    expect(screen.queryByText('Moved')).toBeNull();
    expect(screen.getByText('Deleted')).toBeTruthy();
    act(() => void vi.advanceTimersByTime(5000));
    expect(screen.queryByText('Deleted')).toBeNull();
  });

  it('stay while they tell of a failure, until they are closed', async () => {
    const { user } = render(<ToastRegion />);
    say({ tone: 'danger', text: 'Refused', requestId: 'abc123' });
    act(() => void vi.advanceTimersByTime(60_000));
    expect(screen.getByText('Refused')).toBeTruthy();
    expect(screen.getByText('abc123')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Close' }));
    expect(screen.queryByText('Refused')).toBeNull();
  });

  it('wait while the focus is among them', () => {
    render(<ToastRegion />);
    say({ tone: 'success', text: 'Deleted', action: { label: 'Undo', run: () => undefined } });
    act(() => screen.getByRole('button', { name: 'Undo' }).focus());
    act(() => void vi.advanceTimersByTime(30_000));
    expect(screen.getByText('Deleted')).toBeTruthy();
  });

  it('do what they offer, and close', async () => {
    const run = vi.fn();
    const { user } = render(<ToastRegion />);
    say({ tone: 'success', text: 'Deleted', action: { label: 'Undo', run } });
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    expect(run).toHaveBeenCalledOnce();
    expect(screen.queryByText('Deleted')).toBeNull();
  });
});
