import { useQuery } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { useAction } from '~/api/action';
import { type Schema, api } from '~/api/client';
import { type ApiKey, apiKeysQuery } from '~/api/queries/settings';
import { useSession } from '~/app/session';
import { landFocus } from '~/app/title';
import { say, useText } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { Badge } from '~/ui/badge';
import { Button } from '~/ui/button';
import { CopyField } from '~/ui/copy-field';
import { ConfirmDialog, Dialog } from '~/ui/dialog';
import { EmptyState } from '~/ui/empty-state';
import { NewKeyDialog } from './new-key-dialog';
import { Loaded, Row, Rows, SettingsPage } from './parts';

/** Keys for programs. A key is shown once; afterwards only how it begins. */
export function KeysScreen() {
  const text = useText();
  const { can } = useSession();
  const keys = useQuery({ ...apiKeysQuery, enabled: can('keys:manage') });
  const [isNew, setNew] = useState(false);
  const [made, setMade] = useState<Schema<'CreatedApiKey'>>();
  const [revoked, setRevoked] = useState<ApiKey>();
  const revoke = useAction<ApiKey, unknown>({
    label: ({ name }) => say({ id: 'keys.revoked', defaultMessage: 'Revoked the key {name}' }, { name }),
    request: ({ id }) => api.DELETE('/api-keys/{id}', { params: { path: { id } } }),
    settle: (cache) => {
      landFocus();
      void cache.invalidateQueries({ queryKey: apiKeysQuery.queryKey });
    },
  });
  const add = (
    <Button tone="primary" icon={<Plus size={16} />} onPress={() => setNew(true)}>
      {text({ id: 'keys.new', defaultMessage: 'New key' })}
    </Button>
  );
  const title = text({ id: 'keys.title', defaultMessage: 'API keys' });
  return (
    <SettingsPage
      needs="keys:manage"
      title={title}
      lead={text({ id: 'keys.lead', defaultMessage: 'For programs that read or write here. Each has a role, and if you wish only some of its rights.' })}
      action={add}
    >
      <Loaded query={keys}>
        {(all) =>
          all.length === 0 ? (
            <EmptyState icon={<KeyRound size={20} />} level={2} title={text({ id: 'keys.none', defaultMessage: 'No keys yet' })}>
              {text({ id: 'keys.none.why', defaultMessage: 'A program needs one to send leads in or to read them.' })}
            </EmptyState>
          ) : (
            <Rows label={title}>
              {all.map((it) => (
                <KeyRow key={it.id} apiKey={it} onRevoke={() => setRevoked(it)} />
              ))}
            </Rows>
          )
        }
      </Loaded>
      <NewKeyDialog isOpen={isNew} onClose={() => setNew(false)} onMade={setMade} />
      <Dialog
        isOpen={made !== undefined}
        onClose={() => setMade(undefined)}
        title={text({ id: 'keys.made', defaultMessage: 'The key {name}' }, { name: made?.name ?? '' })}
        lead={text({ id: 'keys.made.lead', defaultMessage: 'Copy it now: only its hash is kept, so it cannot be shown again.' })}
        footer={
          <Button tone="primary" onPress={() => setMade(undefined)}>
            {text({ id: 'keys.made.done', defaultMessage: 'I have copied it' })}
          </Button>
        }
      >
        {made && (
          <CopyField
            label={text({ id: 'keys.key', defaultMessage: 'Key' })}
            value={made.key}
            hint={text({ id: 'keys.key.hint', defaultMessage: 'Send it as “Authorization: Bearer …”.' })}
          />
        )}
      </Dialog>
      <ConfirmDialog
        isOpen={revoked !== undefined}
        onClose={() => setRevoked(undefined)}
        title={text({ id: 'keys.revoke.title', defaultMessage: 'Revoke the key {name}?' }, { name: revoked?.name ?? '' })}
        lead={text({ id: 'keys.revoke.lead', defaultMessage: 'Programs that use it are refused from now on. This cannot be undone.' })}
        action={text({ id: 'keys.revoke.action', defaultMessage: 'Revoke {name}' }, { name: revoked?.name ?? '' })}
        onConfirm={async () => {
          if (revoked) await revoke.run(revoked);
        }}
      />
    </SettingsPage>
  );
}

function KeyRow({ apiKey, onRevoke }: { apiKey: ApiKey; onRevoke: () => void }) {
  const text = useText();
  const { ago, date } = useFormats();
  const { name, prefix, role, permissions, lastUsedAt, expiresAt } = apiKey;
  const [now] = useState(Date.now);
  const isOver = typeof expiresAt === 'string' && Date.parse(expiresAt) < now;
  const hints = [
    `${prefix}…`,
    role?.name,
    text({ id: 'keys.rights', defaultMessage: '{count, plural, one {# right} other {# rights}}' }, { count: permissions.length }),
    lastUsedAt
      ? text({ id: 'keys.used', defaultMessage: 'used {when}' }, { when: ago(lastUsedAt) })
      : text({ id: 'keys.unused', defaultMessage: 'never used' }),
    expiresAt && !isOver && text({ id: 'keys.expires', defaultMessage: 'until {day}' }, { day: date(expiresAt) }),
  ];
  return (
    <Row
      icon={<KeyRound size={17} className="text-muted" />}
      title={
        <>
          {name}
          {isOver && <Badge tone="warning">{text({ id: 'keys.over', defaultMessage: 'Run out' })}</Badge>}
        </>
      }
      hint={hints.filter(Boolean).join(' · ')}
    >
      <Button size="small" tone="quiet" onPress={onRevoke}>
        {text({ id: 'keys.revoke', defaultMessage: 'Revoke…' })}
      </Button>
    </Row>
  );
}
