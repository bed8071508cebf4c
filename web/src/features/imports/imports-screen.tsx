import { useInfiniteQuery } from '@tanstack/react-query';
import { FileSpreadsheet } from 'lucide-react';
import { type Import, importsQuery } from '~/api/queries/imports';
import { useSession } from '~/app/session';
import { useTitle } from '~/app/title';
import { useText } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { useDirectory } from '~/kit/directory';
import { Badge } from '~/ui/badge';
import { Button } from '~/ui/button';
import { Link } from '~/ui/link';
import { Progress } from '~/ui/progress';
import { Skeleton } from '~/ui/skeleton';
import { leftOut } from './figures';
import { Failed, MayNot } from './parts';
import { sizeOf } from './size';
import { isAtWork } from './steps';
import { UploadPanel } from './upload-panel';
import { useImportsLive } from './use-import';
import { STATE_TONES, STATE_WORDS } from './words';

/** The files that came in, what became of them, and the place where the next one goes. */
export function ImportsScreen({ onOpen }: { onOpen: (id: string) => void }) {
  const text = useText();
  const { can } = useSession();
  const title = text({ id: 'imports.title', defaultMessage: 'Import' });
  useTitle(title);
  const may = can('leads:import');
  return (
    <div className="mx-auto flex w-full max-w-240 flex-col gap-5 px-gutter py-4">
      <header>
        <h1 className="text-title">{title}</h1>
      </header>
      {may ? (
        <>
          <UploadPanel onDone={(made) => onOpen(made.id)} />
          <Earlier />
        </>
      ) : (
        <MayNot />
      )}
    </div>
  );
}

function Earlier() {
  const text = useText();
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery(importsQuery);
  useImportsLive();
  const imports = data?.pages.flatMap((page) => page.data) ?? [];
  if (error && !data) {
    return (
      <Failed
        title={text({ id: 'imports.failed', defaultMessage: 'The imports could not be read' })}
        error={error}
        onRetry={() => void refetch()}
      />
    );
  }
  if (isPending) return <Skeleton className="h-32 rounded-xl" />;
  if (imports.length === 0) {
    return (
      <p className="text-center text-muted">
        {text({
          id: 'imports.none',
          defaultMessage: 'Nothing has been imported yet. You see what would happen before anything does, and can take an import back for 30 days.',
        })}
      </p>
    );
  }
  return (
    <section className="flex flex-col gap-2">
      <h2 className="text-heading">{text({ id: 'imports.earlier', defaultMessage: 'Earlier imports' })}</h2>
      <ul className="flex flex-col overflow-hidden rounded-xl border border-line bg-surface">
        {imports.map((it) => (
          <Row key={it.id} known={it} />
        ))}
      </ul>
      {hasNextPage && (
        <Button className="self-center" isPending={isFetchingNextPage} onPress={() => void fetchNextPage()}>
          {text({ id: 'imports.more', defaultMessage: 'Show more' })}
        </Button>
      )}
    </section>
  );
}

function Row({ known }: { known: Import }) {
  const text = useText();
  const format = useFormats();
  const directory = useDirectory();
  const who = directory.member(known.createdBy)?.name;
  const meta = [who, sizeOf(known.sizeBytes, format.locale)].filter(Boolean).join(' · ');
  return (
    <li className="relative flex flex-wrap items-center gap-x-4 gap-y-1.5 border-t border-line px-4 py-3 first:border-t-0 hover:bg-hover">
      <FileSpreadsheet size={18} className="shrink-0 text-muted" aria-hidden="true" />
      <div className="min-w-0 flex-1 basis-52">
        <Link
          to="/imports/$id"
          params={{ id: known.id }}
          tone="quiet"
          className="block truncate font-semibold after:absolute after:inset-0"
          dir="auto"
        >
          {known.name}
        </Link>
        <p className="truncate text-small text-muted">
          {meta} · <time dateTime={known.createdAt}>{format.ago(known.createdAt)}</time>
        </p>
      </div>
      <div className="min-w-0 basis-64 text-small text-muted tabular-nums max-sm:basis-full">
        {isAtWork(known.state) && known.progress ? (
          <Progress
            labelHidden
            label={text(STATE_WORDS[known.state])}
            value={known.progress.fraction * 100}
            text={format.percent(known.progress.fraction)}
          />
        ) : (
          <Counts known={known} />
        )}
      </div>
      <Badge tone={STATE_TONES[known.state]}>{text(STATE_WORDS[known.state])}</Badge>
    </li>
  );
}

function Counts({ known: { report, checked, error } }: { known: Import }) {
  const text = useText();
  if (error) return <span className="line-clamp-2">{error}</span>;
  if (report) {
    const { rows = 0, created = 0, updated = 0 } = report;
    return text(
      {
        id: 'imports.counts',
        defaultMessage: '{rows, plural, one {# row} other {# rows}}: {created, number} new, {updated, number} updated, {left, number} left out',
      },
      { rows, created, updated, left: leftOut(report) },
    );
  }
  if (checked) {
    return text(
      { id: 'imports.counts.checked', defaultMessage: '{rows, plural, one {# row} other {# rows}}, {bad, number} cannot go in' },
      { rows: checked.rows ?? 0, bad: checked.invalid ?? 0 },
    );
  }
  return null;
}
