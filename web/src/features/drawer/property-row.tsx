import { Check, History, Lock } from 'lucide-react';
import { Suspense, lazy, useRef, useState } from 'react';
import type { Lead } from '~/api/queries/leads';
import { useText } from '~/i18n';
import { useDirectory } from '~/kit/directory';
import { Button } from '~/ui/button';
import { cx } from '~/ui/cx';
import { IconButton } from '~/ui/icon-button';
import { FloatingMenu, preloadMenu } from '~/ui/menu';
import { FloatingPanel } from '~/ui/popover';
import { Tooltip } from '~/ui/tooltip';
import { Conflict } from './conflict';
import { PropertyText } from './property-text';
import { type Property, sentValue } from './properties';
import type { LeadSave } from './use-lead-save';

const FieldHistory = lazy(() => import('./field-history'));
const DayPanel = lazy(() => import('./property-panels').then((it) => ({ default: it.DayPanel })));
const ManyPanel = lazy(() => import('./property-panels').then((it) => ({ default: it.ManyPanel })));

interface Props {
  lead: Lead;
  property: Property;
  saving: LeadSave;
}

/** A field by name and value; the value is a button that becomes the editor. */
export function PropertyRow({ lead, property, saving }: Props) {
  const { id, label, locked, edit, hint } = property;
  const text = useText();
  const directory = useDirectory();
  const [isEditing, setEditing] = useState(false);
  const [isHistory, setHistory] = useState(false);
  const value = useRef<HTMLButtonElement>(null);
  const history = useRef<HTMLButtonElement>(null);
  const refusal = saving.refusals.get(id);
  const stop = () => {
    setEditing(false);
    requestAnimationFrame(() => value.current?.focus());
  };
  const commit = (chosen: unknown) => {
    stop();
    saving.save(id, sentValue(property, directory.field(id.replace('customFields.', '')), chosen), label);
  };
  const isText = edit.kind === 'text';
  return (
    <div className="group/property grid grid-cols-[minmax(0,7.5rem)_minmax(0,1fr)] items-start gap-x-2">
      <dt className="flex min-h-control items-center text-muted">
        {hint === undefined ? (
          <span className="line-clamp-2 wrap-anywhere">{label}</span>
        ) : (
          <Tooltip text={text({ id: 'drawer.key', defaultMessage: 'Key: {key}' }, { key: hint })}>
            <span className="line-clamp-2 wrap-anywhere" dir="auto">
              {label}
            </span>
          </Tooltip>
        )}
      </dt>
      <dd className="flex min-w-0 items-start gap-1">
        <div className="min-w-0 flex-1">
          {isEditing && isText ? (
            <PropertyText
              property={property}
              refused={refusal}
              onCommit={commit}
              onCancel={() => {
                saving.forget(id);
                stop();
              }}
            />
          ) : (
            <ValueButton
              property={property}
              buttonRef={value}
              isOpen={isEditing}
              isSaved={saving.saved === id}
              onPress={() => locked === undefined && edit.kind !== 'none' && setEditing(true)}
            />
          )}
          {refusal && !isEditing && (
            <Conflict
              lead={lead}
              property={property}
              refusal={refusal}
              saving={saving}
              onEdit={() => setEditing(true)}
            />
          )}
          {edit.kind === 'choice' && (
            <FloatingMenu
              label={label}
              anchor={value}
              isOpen={isEditing}
              onOpenChange={(next) => !next && setEditing(false)}
              filter={edit.find}
              items={edit.choices.map((choice) => ({
                ...choice,
                isChosen: choice.id === property.value,
                onAction: () => choice.id !== property.value && commit(choice.id),
              }))}
            />
          )}
          {(edit.kind === 'day' || edit.kind === 'many') && (
            <FloatingPanel label={label} anchor={value} isOpen={isEditing} onOpenChange={setEditing}>
              <Suspense>
                {edit.kind === 'day' ? (
                  <DayPanel label={label} value={property.value} onSave={commit} />
                ) : (
                  <ManyPanel label={label} options={edit.options} value={edit.chosen} onSave={commit} />
                )}
              </Suspense>
            </FloatingPanel>
          )}
        </div>
        <IconButton
          ref={history}
          label={text({ id: 'drawer.history.of', defaultMessage: 'History of {label}' }, { label })}
          icon={<History size={14} />}
          size="small"
          onPress={() => setHistory(true)}
          className={cx(
            'mt-0.5',
            !isHistory &&
              'opacity-0 group-focus-within/property:opacity-100 group-hover/property:opacity-100 pointer-coarse:opacity-100',
          )}
        />
        <FloatingPanel
          label={text({ id: 'drawer.history.of', defaultMessage: 'History of {label}' }, { label })}
          anchor={history}
          isOpen={isHistory}
          onOpenChange={setHistory}
          placement="bottom end"
        >
          <Suspense>
            <FieldHistory lead={lead} property={property} onClose={() => setHistory(false)} />
          </Suspense>
        </FloatingPanel>
      </dd>
    </div>
  );
}

interface ValueProps {
  property: Property;
  buttonRef: React.RefObject<HTMLButtonElement | null>;
  isOpen: boolean;
  isSaved: boolean;
  onPress: () => void;
}

function ValueButton({ property, buttonRef, isOpen, isSaved, onPress }: ValueProps) {
  const text = useText();
  const { label, locked, value, shown, edit } = property;
  const hasLink = property.isLink === true && value !== '';
  const words = shown === undefined || shown === '' ? value : shown;
  const isEmpty = words === '' || (edit.kind === 'choice' && (value === 'nobody' || value === ''));
  const isFixed = locked !== undefined || edit.kind === 'none';
  const name = isEmpty
    ? text({ id: 'drawer.add', defaultMessage: 'Add {label}' }, { label })
    : text(
        { id: 'drawer.edit', defaultMessage: 'Edit {label}: {value}' },
        { label, value: typeof words === 'string' ? words : value },
      );
  const content = isEmpty ? (
    <span className="text-faint">{isFixed ? '–' : text({ id: 'drawer.add.short', defaultMessage: 'Add' })}</span>
  ) : (
    words
  );
  return (
    <span className="flex min-w-0 items-center gap-1">
      {/* An address is followed by its link; beside it stands what edits it. */}
      {hasLink && <span className="min-w-0 truncate ps-1.5">{shown}</span>}
      <Button
        ref={buttonRef}
        tone="quiet"
        aria-label={name}
        {...(isFixed
          ? { reason: locked ?? text({ id: 'drawer.fixed', defaultMessage: 'This is changed by programs only' }) }
          : { onPress })}
        onPointerEnter={preloadMenu}
        {...(edit.kind !== 'text' && { 'aria-expanded': isOpen })}
        className={cx(
          'justify-start! bg-transparent! px-1.5! text-start font-normal! whitespace-normal! hover:bg-hover!',
          hasLink ? 'shrink-0' : 'w-full min-w-0',
          isFixed && 'border-transparent! text-text!',
          '[&>span]:min-w-0 [&>span]:max-w-full',
          !hasLink && '[&>span]:w-full',
        )}
      >
        {hasLink ? (
          <span className="text-small text-muted">{text({ id: 'drawer.edit.short', defaultMessage: 'Edit' })}</span>
        ) : (
          <span className="line-clamp-6 w-full min-w-0 wrap-anywhere" dir="auto">
            {content}
          </span>
        )}
        {isSaved && (
          <span className="inline-flex shrink-0 items-center gap-0.5 text-small text-green-text">
            <Check size={13} />
            {text({ id: 'drawer.saved.mark', defaultMessage: 'Saved' })}
          </span>
        )}
        {isFixed && locked !== undefined && !isEmpty && <Lock size={12} className="shrink-0 text-faint" />}
      </Button>
    </span>
  );
}
