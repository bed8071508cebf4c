import { Skeleton } from '~/ui/skeleton';

const COLUMNS = ['a', 'b', 'c', 'd', 'e'];
const CARDS = ['a', 'b', 'c', 'd'];

/** Holds the place of the columns until they are there. */
export function BoardSkeleton() {
  return (
    <div aria-busy="true" className="flex min-h-0 flex-1 gap-3 overflow-hidden px-gutter pb-3">
      {COLUMNS.map((column) => (
        <div key={column} className="flex w-72 shrink-0 flex-col gap-2 rounded-xl bg-sunken p-2">
          <Skeleton className="m-2 h-4 w-1/2" />
          {CARDS.map((card) => (
            <Skeleton key={card} className="h-21 w-full rounded-lg!" />
          ))}
        </div>
      ))}
    </div>
  );
}
