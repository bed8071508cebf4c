import { useState } from 'react';
import { useText } from '~/i18n';
import { ConfirmDialog } from '~/ui/dialog';
import { Select } from '~/ui/select';
import { StageMark } from '~/ui/stage-pill';

export interface Target {
  readonly id: string;
  readonly name: string;
  readonly color: string;
  readonly type: 'open' | 'won' | 'lost';
}

interface RemovalProps {
  /** What is to be removed, and how many leads it holds; nothing while nothing is. */
  what: { readonly name: string; readonly leads: number } | undefined;
  action: string;
  targets: readonly Target[];
  onClose: () => void;
  onRemove: (target: string | undefined) => Promise<void> | void;
}

/** Asks where the leads go before their place is removed. */
export function RemovalDialog({ what, action, targets, onClose, onRemove }: RemovalProps) {
  const text = useText();
  const [chosen, setChosen] = useState<string>();
  const target = targets.find((it) => it.id === chosen)?.id ?? targets[0]?.id;
  const leads = what?.leads ?? 0;
  return (
    <ConfirmDialog
      isOpen={what !== undefined}
      onClose={onClose}
      title={text({ id: 'pipelines.remove.title', defaultMessage: 'Remove {name}?' }, { name: what?.name ?? '' })}
      lead={text(
        {
          id: 'pipelines.remove.lead',
          defaultMessage:
            '{leads, plural, =0 {No lead stands in it.} one {# lead stands in it and has to go somewhere.} other {# leads stand in it and have to go somewhere.}}',
        },
        { leads },
      )}
      action={action}
      onConfirm={() => onRemove(leads > 0 ? target : undefined)}
    >
      {leads > 0 && (
        <Select
          label={text({ id: 'pipelines.remove.to', defaultMessage: 'Leads go to' })}
          value={target ?? null}
          onChange={setChosen}
          options={targets.map((it) => ({ id: it.id, label: it.name, icon: <StageMark color={it.color} type={it.type} /> }))}
        />
      )}
    </ConfirmDialog>
  );
}
