import { useRouter } from '@tanstack/react-router';
import { useTitle } from '~/app/title';
import { useText } from '~/i18n';
import { Button } from '~/ui/button';
import { EmptyState } from '~/ui/empty-state';

/** An address that leads nowhere. */
export default function NotFound() {
  const text = useText();
  const router = useRouter();
  const title = text({ id: 'not-found.title', defaultMessage: 'There is nothing at this address' });
  useTitle(title);
  return (
    <main className="grid min-h-dvh place-items-center">
      <EmptyState
        level={2}
        title={title}
        action={
          <Button tone="primary" onPress={() => void router.navigate({ to: '/' })}>
            {text({ id: 'not-found.home', defaultMessage: 'Go to the board' })}
          </Button>
        }
      >
        {text({ id: 'not-found.why', defaultMessage: 'It was removed, or the address is mistyped.' })}
      </EmptyState>
    </main>
  );
}
