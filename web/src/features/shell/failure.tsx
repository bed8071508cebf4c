import type { ErrorComponentProps } from '@tanstack/react-router';
import { Suspense, lazy } from 'react';
import { asProblem } from '~/api/problem';
import { useText } from '~/i18n';
import { Button } from '~/ui/button';

const Screen = lazy(() => import('./failure-screen').catch(() => ({ default: Plain })));
const Nowhere = lazy(() => import('./not-found'));

/** A screen that could not be shown. */
export function Failure(props: ErrorComponentProps) {
  return (
    <Suspense>
      <Screen {...props} />
    </Suspense>
  );
}

/** Where not even the screen of a failure can be fetched: what is wrong, and a fresh start. */
function Plain({ error }: ErrorComponentProps) {
  const text = useText();
  return (
    <div role="alert" className="p-gutter">
      <p className="mb-2">{asProblem(error).detail}</p>
      <Button onPress={() => window.location.reload()}>{text({ id: 'failure.retry', defaultMessage: 'Try again' })}</Button>
    </div>
  );
}

/** An address that leads nowhere. */
export function NotFound() {
  return (
    <Suspense>
      <Nowhere />
    </Suspense>
  );
}
