import { useQuery } from '@tanstack/react-query';
import { Lock, Plus, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { pipelinesQuery } from '~/api/queries/pipelines';
import { useSession } from '~/app/session';
import { useTitle } from '~/app/title';
import { useText } from '~/i18n';
import { Button } from '~/ui/button';
import { cx } from '~/ui/cx';
import { EmptyState } from '~/ui/empty-state';
import { Link } from '~/ui/link';
import { Skeleton } from '~/ui/skeleton';
import { NewPipelineDialog } from './new-pipeline';
import { PipelineForm } from './pipeline-form';

export interface PipelinesScreenProps {
  chosen: string | undefined;
  onChoose: (id: string | undefined) => void;
}

/** The pipelines of the workspace, one of them open. */
export function PipelinesScreen({ chosen, onChoose }: PipelinesScreenProps) {
  const text = useText();
  const { can } = useSession();
  const title = text({ id: 'pipelines.title', defaultMessage: 'Pipelines' });
  useTitle(title);
  const { data, error, refetch } = useQuery(pipelinesQuery);
  const [isNew, setNew] = useState(false);
  const pipeline = data?.find((it) => it.id === chosen) ?? data?.find((it) => it.isDefault) ?? data?.[0];
  if (!can('pipelines:manage')) {
    return (
      <EmptyState icon={<Lock size={20} />} level={2} title={text({ id: 'pipelines.refused', defaultMessage: 'You may not change pipelines' })}>
        {text({ id: 'pipelines.refused.why', defaultMessage: 'It needs the right to manage pipelines. An administrator of the workspace can give it to your role.' })}
      </EmptyState>
    );
  }
  return (
    <div className="mx-auto flex w-full max-w-220 flex-col gap-4 px-gutter py-4">
      <header className="flex flex-wrap items-center gap-2">
        <h1 className="text-title">{title}</h1>
        <span className="flex-1" />
        <Link to="/board" search={pipeline && !pipeline.isDefault ? { pipeline: pipeline.id } : {}}>
          {text({ id: 'pipelines.board', defaultMessage: 'To the board' })}
        </Link>
        <Button icon={<Plus size={16} />} onPress={() => setNew(true)}>
          {text({ id: 'pipelines.new', defaultMessage: 'New pipeline' })}
        </Button>
      </header>
      {data && data.length > 1 && (
        <nav aria-label={title} className="-mx-1 flex gap-1 overflow-x-auto p-1">
          {data.map((it) => (
            <Button
              key={it.id}
              tone="quiet"
              aria-current={it.id === pipeline?.id}
              className={cx('shrink-0', it.id === pipeline?.id && 'bg-accent-soft! text-accent-ink!')}
              onPress={() => onChoose(it.id)}
            >
              {it.name}
            </Button>
          ))}
        </nav>
      )}
      {pipeline && <PipelineForm key={pipeline.id} pipeline={pipeline} all={data ?? []} onGone={() => onChoose(undefined)} />}
      {!data && !error && <Waiting />}
      {!data && error && (
        <EmptyState
          icon={<TriangleAlert size={20} />}
          level={2}
          title={text({ id: 'pipelines.failed', defaultMessage: 'The pipelines could not be loaded' })}
          action={<Button onPress={() => void refetch()}>{text({ id: 'pipelines.retry', defaultMessage: 'Try again' })}</Button>}
        >
          {error.message}
        </EmptyState>
      )}
      <NewPipelineDialog isOpen={isNew} onClose={() => setNew(false)} onMade={(id) => onChoose(id)} />
    </div>
  );
}

function Waiting() {
  return (
    <div aria-busy="true" className="flex flex-col gap-3">
      {['a', 'b', 'c', 'd'].map((it) => (
        <Skeleton key={it} className="h-8 w-full" />
      ))}
    </div>
  );
}
