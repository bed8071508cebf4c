import type { LeadGroup } from '~/api/queries/leads';
import { useText } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { useDirectory } from '~/kit/directory';
import { Avatar } from '~/ui/avatar';
import { StagePill } from '~/ui/stage-pill';

/** The head of a group: what its leads have in common, how many they are, and what they are worth. */
export function GroupHead({ group, by }: { group: LeadGroup; by: string }) {
  const text = useText();
  const format = useFormats();
  const directory = useDirectory();
  const stage = by === 'stage' ? directory.stage(group.key) : undefined;
  const none = {
    owner: text({ id: 'leads.group.nobody', defaultMessage: 'Nobody' }),
    tag: text({ id: 'leads.group.untagged', defaultMessage: 'Without tags' }),
  };
  const label =
    group.label ??
    group.key ??
    none[by as keyof typeof none] ??
    text({ id: 'leads.group.empty', defaultMessage: 'Empty' });
  return (
    <>
      {stage ? (
        <StagePill name={stage.name} color={stage.color} type={stage.type} />
      ) : (
        <>
          {by === 'owner' && group.key != null && <Avatar name={label} size="small" />}
          <span className="max-w-72 truncate" dir="auto">
            {label}
          </span>
        </>
      )}
      <span className="text-small font-normal text-muted tabular-nums">{format.number(group.count)}</span>
      {group.sums.map((sum) => (
        <span key={sum.currency} className="text-small font-normal text-muted tabular-nums">
          {format.moneyShort(sum.amount, sum.currency)}
        </span>
      ))}
    </>
  );
}
