import { Suspense } from 'react';
import type { Beginning } from '~/ui/empty-state';
import { lazyExtra, useIdle } from '~/ui/lazy';

// None of it is waited for, and one file brings it all.
const Part = lazyExtra(() => import('./leads-part'));

/** Beside an empty list, for somebody who has no leads yet. */
export const BEGINNING: Beginning = {
  action: (
    <Suspense>
      <Part name="button" />
    </Suspense>
  ),
  beside: (
    <Suspense>
      <Part name="steps" />
    </Suspense>
  ),
};

/** Says below the leads that some of them are samples. */
export function SamplesLine() {
  return <Suspense>{useIdle() && <Part name="line" />}</Suspense>;
}
