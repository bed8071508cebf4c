import { useQuery } from '@tanstack/react-query';
import { Merge } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useAction } from '~/api/action';
import { type Problem, api, asProblem, bodyOf } from '~/api/client';
import type { DuplicateGroup } from '~/api/queries/duplicates';
import { duplicateQuery } from '~/api/queries/duplicates';
import { useSession } from '~/app/session';
import { useText } from '~/i18n';
import { problemWords } from '~/kit/lead-actions';
import { Banner } from '~/ui/banner';
import { Button } from '~/ui/button';
import { EmptyState } from '~/ui/empty-state';
import { Skeleton } from '~/ui/skeleton';
import { type MergeAnswer, type MergeRequest, mergeLeads, separateGroup } from './actions';
import { MergeTable } from './merge-table';

interface Props {
  ids: readonly string[];
  /** The group of duplicates that they come from. */
  group: string | undefined;
  onDone: (survivor: string) => void;
  onBack: () => void;
}

/** By field: the lead whose value is kept. What is not chosen is decided by rule. */
export type Picks = Readonly<Record<string, string>>;

/** Two to twenty leads side by side: for each field one chooses whose value is kept, and sees what comes of it. */
export function MergeScreen({ ids, group, onDone, onBack }: Props) {
  const text = useText();
  const { can } = useSession();
  const [survivor, setSurvivor] = useState<string>();
  const [picks, setPicks] = useState<Picks>({});
  const [problem, setProblem] = useState<Problem>();
  const request = useMemo<MergeRequest>(
    () => ({ ids: [...ids], ...(survivor && { survivor }), picks }),
    [ids, survivor, picks],
  );
  const preview = usePreview(request);
  const merge = useAction(mergeLeads);
  const separate = useAction(separateGroup);
  const { data: known } = useQuery({ ...duplicateQuery(group ?? ''), enabled: group !== undefined });
  const answer = preview.data;
  const isReady = answer !== undefined && !preview.isFetching && preview.error === null;

  const run = async () => {
    if (!isReady) return;
    const versions = Object.fromEntries(answer.leads.map((it) => [it.id, it.version]));
    const outcome = await merge.run({
      request: { ...request, survivor: answer.survivor, versions },
      name: answer.lead.name,
    });
    if (outcome.state === 'refused') {
      setProblem(outcome.problem);
      // Somebody changed one of them meanwhile: what is shown is read again before it is decided anew.
      void preview.refetch();
    } else if (outcome.state === 'done') onDone(outcome.result.survivor);
  };
  if (!can('leads:merge')) {
    return (
      <EmptyState level={2} title={text({ id: 'merge.right', defaultMessage: 'Your role may not merge leads' })}>
        {text({ id: 'merge.right.who', defaultMessage: 'An administrator can give it the right “leads:merge”.' })}
      </EmptyState>
    );
  }
  return (
    <div className="flex h-full min-h-0 flex-col">
      <header className="flex flex-wrap items-center gap-3 px-gutter pt-4 pb-3">
        <div className="min-w-0 flex-1 basis-72">
          <h1 className="text-title">
            {text({ id: 'merge.title', defaultMessage: 'Merge {count} leads' }, { count: ids.length })}
          </h1>
          <p className="text-muted">
            {text({
              id: 'merge.lead',
              defaultMessage:
                'One lead stays and takes over what you choose; notes and timelines go along. You can take it back.',
            })}
          </p>
        </div>
        <Button onPress={onBack}>{text({ id: 'ui.dialog.cancel', defaultMessage: 'Cancel' })}</Button>
        {known && (
          <Button
            isPending={separate.pending}
            onPress={() =>
              void separate.run({ group: known as DuplicateGroup }).then((it) => it.state === 'done' && onBack())
            }
          >
            {text({ id: 'merge.separate', defaultMessage: 'Keep separate' })}
          </Button>
        )}
        <Button
          tone="primary"
          icon={<Merge size={15} />}
          isPending={merge.pending}
          {...(isReady
            ? { onPress: () => void run() }
            : { reason: text({ id: 'merge.wait', defaultMessage: 'The outcome is not known yet' }) })}
        >
          {text({ id: 'merge.do', defaultMessage: 'Merge {count} leads' }, { count: ids.length })}
        </Button>
      </header>
      <div className="flex flex-col gap-2 px-gutter">
        {problem && <Banner tone="danger">{problemWords(problem, '')}</Banner>}
        {preview.error && (
          <Banner
            tone="danger"
            action={
              <Button size="small" onPress={() => void preview.refetch()}>
                {text({ id: 'leads.retry', defaultMessage: 'Try again' })}
              </Button>
            }
          >
            {problemWords(asProblem(preview.error), 'picks.contactId')}
          </Banner>
        )}
        {answer && answer.droppedTags.length > 0 && (
          <Banner tone="warning">
            {text(
              { id: 'merge.dropped', defaultMessage: 'There is no room for these tags: {tags}' },
              { tags: answer.droppedTags.join(', ') },
            )}
          </Banner>
        )}
      </div>
      {answer ? (
        <MergeTable
          answer={answer}
          picks={picks}
          onPick={(field, lead) => setPicks((before) => ({ ...before, [field]: lead }))}
          onSurvivor={(lead) => {
            setSurvivor(lead);
            setPicks({});
          }}
        />
      ) : (
        !preview.error && (
          <div className="flex flex-col gap-4 p-gutter">
            {['a', 'b', 'c', 'd', 'e', 'f'].map((key) => (
              <Skeleton key={key} className="h-5" />
            ))}
          </div>
        )
      )}
    </div>
  );
}

export interface Preview extends MergeAnswer {
  /** The leads as they are now, in the order in which they were named. */
  leads: { id: string; name: string; version: number; createdAt: string; stageId: string }[];
}

/** What the merge would come to: the server computes it as it would do it. */
function usePreview(request: MergeRequest) {
  return useQuery({
    queryKey: ['merge', request],
    queryFn: async ({ signal }): Promise<Preview> => {
      const [answer, ...leads] = await Promise.all([
        bodyOf(api.POST('/leads/merge', { body: { ...request, dryRun: true }, signal })),
        ...request.ids.map((id) => bodyOf(api.GET('/leads/{id}', { params: { path: { id } }, signal }))),
      ]);
      return { ...answer, leads };
    },
    placeholderData: (before) => before,
    staleTime: 0,
    retry: false,
    enabled: request.ids.length >= 2,
  });
}
