import { ChevronLeft, ChevronRight, Copy, Ellipsis, Mail, Maximize2, Phone, RotateCcw, Trash2, X } from 'lucide-react';
import { useRef, useState } from 'react';
import { useAction } from '~/api/action';
import type { Brief } from '~/api/queries/brief';
import type { Lead } from '~/api/queries/leads';
import { useSession } from '~/app/session';
import { toast } from '~/app/toast';
import { useText } from '~/i18n';
import { deleteLead, restoreLead } from '~/kit/lead-actions';
import type { Neighbours } from '~/kit/walk';
import { Avatar } from '~/ui/avatar';
import { Badge } from '~/ui/badge';
import { Button } from '~/ui/button';
import { IconButton } from '~/ui/icon-button';
import { OutsideLink } from '~/ui/link';
import { MenuButton } from '~/ui/menu';
import { Conflict } from './conflict';
import { PropertyText } from './property-text';
import type { Property } from './properties';
import type { LeadSave } from './use-lead-save';

interface BarProps {
  lead: Brief;
  /** The whole lead, once it is there. */
  whole: Lead | undefined;
  neighbours: Neighbours;
  onGo: (id: string) => void;
  onPage: (() => void) | undefined;
  onClose: () => void;
}

/** What leads from one lead to the next, and away. */
export function DrawerBar({ lead, whole, neighbours, onGo, onPage, onClose }: BarProps) {
  const text = useText();
  const { can } = useSession();
  const remove = useAction(deleteLead);
  const restore = useAction(restoreLead);
  const { previous, next, position, count } = neighbours;
  const none = text({ id: 'drawer.walk.end', defaultMessage: 'There is none in the list' });
  const copy = () => {
    void navigator.clipboard
      ?.writeText(`${window.location.origin}/leads/${lead.id}`)
      .then(() => toast({ tone: 'success', text: text({ id: 'drawer.copied', defaultMessage: 'Copied the link' }) }));
  };
  return (
    <div className="flex items-center gap-0.5 border-b border-line px-3 py-1.5">
      <IconButton
        label={text({ id: 'drawer.previous', defaultMessage: 'Previous lead' })}
        keys="["
        icon={<ChevronLeft size={16} className="rtl:-scale-x-100" />}
        size="small"
        {...(previous === undefined ? { reason: none } : { onPress: () => onGo(previous) })}
      />
      <IconButton
        label={text({ id: 'drawer.next', defaultMessage: 'Next lead' })}
        keys="]"
        icon={<ChevronRight size={16} className="rtl:-scale-x-100" />}
        size="small"
        {...(next === undefined ? { reason: none } : { onPress: () => onGo(next) })}
      />
      {position > 0 && (
        <span className="px-1 text-small text-muted tabular-nums">
          {text({ id: 'drawer.position', defaultMessage: '{position} of {count}' }, { position, count })}
        </span>
      )}
      <span className="flex-1" />
      {onPage && (
        <IconButton
          label={text({ id: 'drawer.page', defaultMessage: 'Open the full page' })}
          icon={<Maximize2 size={15} />}
          size="small"
          onPress={onPage}
        />
      )}
      <MenuButton
        label={text({ id: 'drawer.more', defaultMessage: 'More about {name}' }, { name: lead.name })}
        icon={<Ellipsis size={16} />}
        size="small"
        placement="bottom end"
        items={[
          {
            id: 'copy',
            label: text({ id: 'drawer.copy', defaultMessage: 'Copy the link' }),
            icon: <Copy size={15} />,
            onAction: copy,
          },
          whole?.deletedAt
            ? {
                id: 'restore',
                label: text({ id: 'drawer.restore', defaultMessage: 'Restore from the trash' }),
                icon: <RotateCcw size={15} />,
                reason: can('leads:delete')
                  ? undefined
                  : text({ id: 'bulk.delete.right', defaultMessage: 'Your role may not delete leads' }),
                onAction: () => void restore.run(whole),
              }
            : {
                id: 'delete',
                label: text({ id: 'drawer.delete', defaultMessage: 'Move to the trash' }),
                icon: <Trash2 size={15} />,
                tone: 'danger' as const,
                reason: can('leads:delete')
                  ? undefined
                  : text({ id: 'bulk.delete.right', defaultMessage: 'Your role may not delete leads' }),
                onAction: () => {
                  if (!whole) return;
                  void remove.run(whole);
                  onClose();
                },
              },
        ]}
      />
      <IconButton
        label={text({ id: 'drawer.close', defaultMessage: 'Close' })}
        keys="escape"
        icon={<X size={16} />}
        size="small"
        onPress={onClose}
      />
    </div>
  );
}

interface HeadProps {
  lead: Brief;
  whole: Lead | undefined;
  saving: LeadSave | undefined;
  /** Where focus goes when another lead is shown. */
  headingRef: React.RefObject<HTMLHeadingElement | null>;
  level: 1 | 2;
}

/** Who it is. */
export function LeadHead({ lead, whole, saving, headingRef, level }: HeadProps) {
  const text = useText();
  const { can } = useSession();
  const [isEditing, setEditing] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const Title = `h${level}` as const;
  const property: Property = {
    id: 'name',
    history: 'name',
    label: text({ id: 'field.name', defaultMessage: 'Name' }),
    value: lead.name,
    edit: { kind: 'text', inputMode: 'text', maxLength: 200 },
  };
  const refusal = saving?.refusals.get('name');
  const stop = () => {
    setEditing(false);
    requestAnimationFrame(() => button.current?.focus());
  };
  const what = [lead.title, lead.company].filter(Boolean);
  return (
    <header className="flex items-start gap-3">
      <Avatar name={lead.name} size="large" />
      <div className="min-w-0 flex-1">
        {isEditing && saving ? (
          <PropertyText
            property={property}
            refused={refusal}
            onCancel={stop}
            onCommit={(value) => {
              stop();
              saving.save('name', value, property.label);
            }}
          />
        ) : (
          <Title
            ref={headingRef}
            tabIndex={-1}
            className="line-clamp-3 text-title wrap-anywhere outline-none"
            dir="auto"
          >
            {lead.name}
          </Title>
        )}
        {refusal && !isEditing && whole && saving && (
          <Conflict
            lead={whole}
            property={property}
            refusal={refusal}
            saving={saving}
            onEdit={() => setEditing(true)}
          />
        )}
        <p className="line-clamp-2 text-muted wrap-anywhere" dir="auto">
          {what.length === 2
            ? text(
                { id: 'drawer.at', defaultMessage: '{title} at {company}' },
                { title: what[0] ?? '', company: what[1] ?? '' },
              )
            : what[0]}
        </p>
        <div className="mt-1.5 flex flex-wrap items-center gap-1.5">
          {whole?.deletedAt && (
            <Badge tone="danger">{text({ id: 'drawer.trashed', defaultMessage: 'In the trash' })}</Badge>
          )}
          {whole?.nameProvisional && (
            <Badge tone="warning">{text({ id: 'drawer.provisional', defaultMessage: 'Name is a stand-in' })}</Badge>
          )}
          {lead.source !== undefined && <Badge>{lead.source}</Badge>}
          {lead.phone && (
            <OutsideLink href={`tel:${lead.phone}`} tone="bare" className={ACTION}>
              <Phone size={13} />
              {text({ id: 'drawer.call', defaultMessage: 'Call' })}
            </OutsideLink>
          )}
          {lead.email && (
            <OutsideLink href={`mailto:${lead.email}`} tone="bare" className={ACTION}>
              <Mail size={13} />
              {text({ id: 'drawer.mail', defaultMessage: 'Write' })}
            </OutsideLink>
          )}
          {saving && can('leads:edit') && !whole?.deletedAt && !isEditing && (
            <Button ref={button} tone="quiet" size="small" onPress={() => setEditing(true)} className="text-muted!">
              {text({ id: 'drawer.rename', defaultMessage: 'Rename' })}
            </Button>
          )}
        </div>
      </div>
    </header>
  );
}

const ACTION =
  'inline-flex min-h-control-small items-center gap-1 rounded-md border border-line-strong bg-surface px-2 text-small font-medium hover:bg-hover';
