import { createFileRoute, useNavigate, useRouter } from '@tanstack/react-router';
import { compact, textOf } from '~/app/address';
import { MergeScreen } from '~/features/duplicates/merge-screen';

interface Search {
  ids?: string | undefined;
  group?: string | undefined;
}

export const Route = createFileRoute('/_app/merge')({
  validateSearch: (raw: Record<string, unknown>): Search =>
    compact<Search>({ ids: textOf(raw['ids']), group: textOf(raw['group']) }),
  component: MergeRoute,
});

const MOST = 20;

function MergeRoute() {
  const { ids = '', group } = Route.useSearch();
  const navigate = useNavigate();
  const router = useRouter();
  const named = [...new Set(ids.split(',').filter(Boolean))].slice(0, MOST);
  const back = () => (router.history.canGoBack() ? router.history.back() : void navigate({ to: '/duplicates' }));
  return (
    <MergeScreen
      key={ids}
      ids={named}
      group={group}
      onBack={back}
      onDone={(survivor) =>
        void (group === undefined
          ? navigate({ to: '/leads', search: { lead: survivor } as never, replace: true })
          : navigate({ to: '/duplicates', replace: true }))
      }
    />
  );
}
