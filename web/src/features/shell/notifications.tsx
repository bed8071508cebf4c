import { CircleCheck, Clock, Info, TriangleAlert, X } from 'lucide-react';
import { useEffect } from 'react';
import { discard } from '~/app/outbox';
import { type Toast, readNotifications, useNotifications } from '~/app/toast';
import { type Waiting, useOutbox } from '~/app/waiting';
import { Text, useText } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { EmptyState } from '~/ui/empty-state';
import { IconButton } from '~/ui/icon-button';
import { Sheet } from '~/ui/sheet';
import { cx } from '~/ui/cx';

const ICONS = {
  success: [CircleCheck, 'text-green-solid'],
  info: [Info, 'text-blue-solid'],
  warning: [Clock, 'text-amber-solid'],
  danger: [TriangleAlert, 'text-danger'],
} as const;

/** What was said lately, and what waits to be sent or was refused. */
export function Notifications({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const text = useText();
  const messages = useNotifications();
  const waiting = useOutbox();
  useEffect(() => {
    if (isOpen && messages.length > 0) readNotifications();
  }, [isOpen, messages]);
  const refused = waiting.filter((it) => it.refusal !== undefined);
  const queued = waiting.filter((it) => it.refusal === undefined);
  return (
    <Sheet isOpen={isOpen} onClose={onClose} title={text({ id: 'inbox.title', defaultMessage: 'Notifications' })}>
      <div className="px-5 pb-6">
        {refused.length > 0 && (
          <Group title={text({ id: 'inbox.attention', defaultMessage: 'Needs attention' })}>
            {refused.map((it) => (
              <Refused key={it.id} entry={it} />
            ))}
          </Group>
        )}
        {queued.length > 0 && (
          <Group title={text({ id: 'inbox.waiting', defaultMessage: 'Waiting for the connection' })}>
            {queued.map((it) => (
              <Line key={it.id} tone="warning" text={it.label} at={it.at} />
            ))}
          </Group>
        )}
        {messages.length > 0 && (
          <Group title={text({ id: 'inbox.lately', defaultMessage: 'Lately' })}>
            {messages.map((it) => (
              <Line key={it.id} tone={it.tone} text={it.text} at={it.at} />
            ))}
          </Group>
        )}
        {messages.length + waiting.length === 0 && (
          <EmptyState level={3} title={text({ id: 'inbox.empty', defaultMessage: 'Nothing yet' })}>
            <Text id="inbox.empty.why" defaultMessage="What you do in this window, and what goes wrong, is listed here." />
          </EmptyState>
        )}
      </div>
    </Sheet>
  );
}

function Group({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className="mt-3">
      <h3 className="text-small font-medium text-muted">{title}</h3>
      <ul>{children}</ul>
    </section>
  );
}

function Line({ tone, text: words, at, children }: Pick<Toast, 'tone' | 'text' | 'at'> & { children?: React.ReactNode }) {
  const { ago, exact } = useFormats();
  const [Icon, colour] = ICONS[tone];
  return (
    <li className="flex items-start gap-2.5 border-b border-line py-2.5 last:border-0">
      <Icon size={16} className={cx('mt-0.5 shrink-0', colour)} />
      <div className="min-w-0 flex-1 wrap-anywhere">
        <p>{words}</p>
        <p className="text-small text-muted" title={exact(at)}>
          {ago(at)}
        </p>
      </div>
      {children}
    </li>
  );
}

function Refused({ entry }: { entry: Waiting }) {
  const text = useText();
  return (
    <Line
      tone="danger"
      at={entry.at}
      text={text(
        { id: 'inbox.refused', defaultMessage: '{what} – the server refused it: {why}' },
        { what: entry.label, why: entry.refusal ?? '' },
      )}
    >
      <IconButton
        label={text({ id: 'inbox.discard', defaultMessage: 'Let go of it' })}
        icon={<X size={15} />}
        size="small"
        onPress={() => void discard(entry.id)}
      />
    </Line>
  );
}
