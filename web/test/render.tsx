import { QueryClientProvider } from '@tanstack/react-query';
import { cleanup, configure, render as renderOnly } from '@testing-library/react';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { afterEach } from 'vitest';
import { LiveRegions } from '~/app/announce';
import { queryClient } from '~/app/queryClient';

// What is loaded when it is first needed takes its time on a busy machine.
configure({ asyncUtilTimeout: 10_000 });

afterEach(() => {
  cleanup();
  queryClient.clear();
});

function Around({ children }: { children: ReactNode }) {
  return (
    <QueryClientProvider client={queryClient}>
      {children}
      <LiveRegions />
    </QueryClientProvider>
  );
}

/** Draws something as the app does, with somebody who uses keyboard and pointer. */
export function render(content: ReactNode): { user: UserEvent; rerender: (content: ReactNode) => void } {
  const { rerender } = renderOnly(content, { wrapper: Around });
  return { user: userEvent.setup(), rerender };
}

/** The browser of the tests draws nothing, so everything would be of no size, and no row in sight. */
export function withRoom(height = 600, width = 1200): void {
  const box = { width, height, top: 0, left: 0, bottom: height, right: width, x: 0, y: 0, toJSON: () => ({}) };
  Element.prototype.getBoundingClientRect = () => box as DOMRect;
  for (const name of ['offsetHeight', 'clientHeight'])
    Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => height });
  for (const name of ['offsetWidth', 'clientWidth'])
    Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => width });
}
