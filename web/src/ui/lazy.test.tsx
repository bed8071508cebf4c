import { act, renderHook } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { useOpened } from './lazy';

afterEach(() => void vi.useRealTimers());

test('an overlay stays while its closing is drawn, and goes even if that never ends', () => {
  vi.useFakeTimers();
  const { result, rerender } = renderHook(({ isOpen }) => useOpened(isOpen), { initialProps: { isOpen: false } });
  expect(result.current).toBe(false);
  rerender({ isOpen: true });
  expect(result.current).toBe(true);
  rerender({ isOpen: false });
  expect(result.current).toBe(true);
  act(() => vi.advanceTimersByTime(1000));
  expect(result.current).toBe(false);
});

test('one that is opened again while it closes stays', () => {
  vi.useFakeTimers();
  const { result, rerender } = renderHook(({ isOpen }) => useOpened(isOpen), { initialProps: { isOpen: true } });
  rerender({ isOpen: false });
  act(() => vi.advanceTimersByTime(200));
  rerender({ isOpen: true });
  act(() => vi.advanceTimersByTime(5000));
  expect(result.current).toBe(true);
});
