import {
  ArrowRightLeft,
  Inbox,
  Merge,
  NotebookPen,
  Pencil,
  Plus,
  RotateCcw,
  Split,
  Tag,
  Trash2,
  UserRound,
  type LucideIcon,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { useAction, type ActionDefinition } from '~/api/action';
import type { Activity, Lead } from '~/api/queries/leads';
import { Text, say, useText, type Words } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { useDirectory } from '~/kit/directory';
import { takeBack } from '~/kit/lead-actions';
import { Button } from '~/ui/button';
import { Link } from '~/ui/link';
import { ValueWords } from './value-words';

const ICONS: Record<string, LucideIcon> = {
  created: Plus,
  updated: Pencil,
  stage_changed: ArrowRightLeft,
  assigned: UserRound,
  tagged: Tag,
  note_added: NotebookPen,
  deleted: Trash2,
  restored: RotateCcw,
  submitted: Inbox,
  repeated: Inbox,
  merged: Merge,
  merged_into: Merge,
  unmerged: Split,
};

const PLAIN: Record<string, Words> = {
  note_added: { id: 'activity.note', defaultMessage: 'Wrote a note' },
  note_edited: { id: 'activity.note.edited', defaultMessage: 'Changed a note' },
  note_pinned: { id: 'activity.note.pinned', defaultMessage: 'Pinned a note' },
  note_unpinned: { id: 'activity.note.unpinned', defaultMessage: 'Unpinned a note' },
  note_deleted: { id: 'activity.note.deleted', defaultMessage: 'Deleted a note' },
  deleted: { id: 'activity.deleted', defaultMessage: 'Moved it to the trash' },
  restored: { id: 'activity.restored', defaultMessage: 'Restored it' },
  submitted: { id: 'activity.submitted', defaultMessage: 'Came in again' },
  repeated: { id: 'activity.repeated', defaultMessage: 'Was made although another lead is about the same person' },
  unmerged: { id: 'activity.unmerged', defaultMessage: 'Took a merge back' },
};

/** Through what something was done, where it was not by hand. */
const VIA: Record<string, Words> = {
  apiKey: { id: 'activity.via.key', defaultMessage: 'API key' },
  import: { id: 'activity.via.import', defaultMessage: 'import' },
  automation: { id: 'activity.via.automation', defaultMessage: 'automation' },
  crmSync: { id: 'activity.via.crm', defaultMessage: 'CRM sync' },
  copilot: { id: 'activity.via.copilot', defaultMessage: 'copilot' },
  commandLine: { id: 'activity.via.shell', defaultMessage: 'command line' },
};

/** What can be taken back from here; a deletion of a note or a merge has its own way. */
const UNDOABLE = new Set(['updated', 'stage_changed', 'assigned', 'tagged', 'merged', 'deleted', 'restored']);

const undoActivity: ActionDefinition<{ lead: Lead; activity: Activity }, void> = {
  label: ({ lead }) =>
    say({ id: 'activity.undone', defaultMessage: 'Took a change of {name} back' }, { name: lead.name }),
  request: ({ lead, activity }) => takeBack(activity.changeSetId, lead.id),
};

/** One entry of the timeline: what, who, when, through what. */
export function ActivityItem({ lead, activity }: { lead: Lead; activity: Activity }) {
  const text = useText();
  const format = useFormats();
  const undo = useAction(undoActivity);
  const Icon = ICONS[activity.type] ?? (activity.type.startsWith('note') ? NotebookPen : Pencil);
  const via = VIA[activity.via];
  return (
    <li className="group/activity flex gap-2.5">
      <span className="mt-0.5 grid size-6 shrink-0 place-items-center rounded-full bg-hover text-muted">
        <Icon size={13} />
      </span>
      <div className="min-w-0 flex-1">
        <div className="wrap-anywhere">
          <What activity={activity} />
        </div>
        <p className="flex flex-wrap items-center gap-x-1.5 text-small text-muted">
          <span>{activity.actor.name ?? text({ id: 'drawer.system', defaultMessage: 'Leadline' })}</span>
          <span aria-hidden="true">·</span>
          <time dateTime={activity.at} title={format.exact(activity.at)}>
            {format.time(activity.at)}
          </time>
          {via && (
            <>
              <span aria-hidden="true">·</span>
              <span>{text(via)}</span>
            </>
          )}
          {activity.mergedFrom && (
            <span>{text({ id: 'activity.merged.from', defaultMessage: '· from a merged lead' })}</span>
          )}
          {UNDOABLE.has(activity.type) && (
            <Button
              tone="quiet"
              size="small"
              isPending={undo.pending}
              onPress={() => void undo.run({ lead, activity })}
              className="min-h-6! text-muted! opacity-0 group-focus-within/activity:opacity-100 group-hover/activity:opacity-100 pointer-coarse:opacity-100"
            >
              {text({ id: 'activity.undo', defaultMessage: 'Undo this' })}
            </Button>
          )}
        </p>
      </div>
    </li>
  );
}

type Data = Record<string, unknown>;

function What({ activity: { type, data } }: { activity: Activity }): ReactNode {
  const text = useText();
  const facts = data as Data;
  if (type === 'created') {
    return (
      <Text
        id="activity.created"
        defaultMessage="Came in through {source}"
        values={{ source: <b className="font-medium">{String(facts['source'] ?? '')}</b> }}
      />
    );
  }
  if (type === 'updated') return <Changes changes={facts['changes'] as Data | undefined} />;
  if (type === 'stage_changed') {
    return (
      <Text
        id="activity.moved"
        defaultMessage="Moved from {from} to {to}"
        values={{
          from: <ValueWords field="stageId" value={facts['from']} />,
          to: <ValueWords field="stageId" value={facts['to']} isStrong />,
        }}
      />
    );
  }
  if (type === 'assigned') {
    return (
      <Text
        id="activity.assigned"
        defaultMessage="Owner: {from} → {to}"
        values={{
          from: <ValueWords field="assignedTo" value={facts['from']} />,
          to: <ValueWords field="assignedTo" value={facts['to']} isStrong />,
        }}
      />
    );
  }
  if (type === 'tagged')
    return <Tagged added={facts['added'] as string[] | undefined} removed={facts['removed'] as string[] | undefined} />;
  if (type === 'merged' || type === 'merged_into') {
    const other = facts['leadId'];
    return typeof other === 'string' ? (
      <Link to="." search={((before: Data) => ({ ...before, lead: other })) as never}>
        {type === 'merged'
          ? text({ id: 'activity.merged', defaultMessage: 'Took in another lead' })
          : text({ id: 'activity.merged.into', defaultMessage: 'Went into another lead' })}
      </Link>
    ) : (
      text({ id: 'activity.merged.plain', defaultMessage: 'Merged' })
    );
  }
  const words = PLAIN[type];
  return words ? text(words) : type.replaceAll('_', ' ');
}

function Changes({ changes }: { changes: Data | undefined }) {
  const text = useText();
  const directory = useDirectory();
  const rows = changesOf(changes);
  if (rows.length === 0) return text({ id: 'activity.updated', defaultMessage: 'Changed it' });
  return (
    <ul className="flex flex-col gap-0.5">
      {rows.map(({ field, before, after }) => (
        <li key={field} className="flex min-w-0 flex-wrap gap-x-1.5">
          <span className="text-muted">
            {directory.field(field.replace('customFields.', ''))?.name ?? field.replace('customFields.', '')}:
          </span>
          <ValueWords field={field} value={before} />
          <span aria-hidden="true">→</span>
          <ValueWords field={field} value={after} isStrong />
        </li>
      ))}
    </ul>
  );
}

/** Changes by field; those of custom fields stand one level deeper. */
function changesOf(changes: Data | undefined): { field: string; before: unknown; after: unknown }[] {
  return Object.entries(changes ?? {}).flatMap(([field, change]) => {
    if (typeof change !== 'object' || change === null) return [];
    if ('before' in change || 'after' in change) {
      const { before, after } = change as { before?: unknown; after?: unknown };
      return [{ field, before, after }];
    }
    return changesOf(change as Data).map((it) => ({
      field: `${field}.${it.field}`,
      before: it.before,
      after: it.after,
    }));
  });
}

const NO_TAGS: readonly string[] = [];

function Tagged({
  added = NO_TAGS,
  removed = NO_TAGS,
}: {
  added: readonly string[] | undefined;
  removed: readonly string[] | undefined;
}) {
  const text = useText();
  const format = useFormats();
  return (
    <>
      {added.length > 0 &&
        text({ id: 'activity.tags.added', defaultMessage: 'Added {tags}' }, { tags: format.list([...added]) })}
      {added.length > 0 && removed.length > 0 && '; '}
      {removed.length > 0 &&
        text({ id: 'activity.tags.removed', defaultMessage: 'Took off {tags}' }, { tags: format.list([...removed]) })}
    </>
  );
}
