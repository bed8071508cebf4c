import { useMemo, useState } from 'react';
import type { Lead } from '~/api/queries/leads';
import { useText } from '~/i18n';
import { useKnownTags } from '~/kit/cell-editors';
import { Button } from '~/ui/button';
import { Dialog } from '~/ui/dialog';
import { TokensField } from '~/ui/tokens-field';

interface Props {
  mode: 'tag' | 'untag';
  /** The selected leads, where they are loaded: their tags are offered to be taken off. */
  rows: readonly Lead[];
  onClose: () => void;
  onTags: (tags: string[]) => void;
}

/** Which tags are put on, or taken off, the selected leads. */
export default function TagsDialog({ mode, rows, onClose, onTags }: Props) {
  const text = useText();
  const known = useKnownTags();
  const own = useMemo(() => [...new Set(rows.flatMap((it) => it.tags))], [rows]);
  const [tags, setTags] = useState<string[]>([]);
  const isAdding = mode === 'tag';
  const words = isAdding
    ? text({ id: 'bulk.tags.add.title', defaultMessage: 'Add tags' })
    : text({ id: 'bulk.tags.remove.title', defaultMessage: 'Take tags off' });
  const confirm = () => {
    if (tags.length > 0) onTags(tags);
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="small"
      title={words}
      lead={
        isAdding
          ? text({ id: 'bulk.tags.add.lead', defaultMessage: 'The tags that the leads have stay.' })
          : text({ id: 'bulk.tags.remove.lead', defaultMessage: 'Leads without them stay as they are.' })
      }
      onConfirm={confirm}
      footer={
        <>
          <Button onPress={onClose}>{text({ id: 'ui.dialog.cancel', defaultMessage: 'Cancel' })}</Button>
          <Button
            tone="primary"
            onPress={confirm}
            {...(tags.length === 0 && { reason: text({ id: 'bulk.tags.none', defaultMessage: 'Enter a tag first' }) })}
          >
            {words}
          </Button>
        </>
      }
    >
      <div className="min-h-24 pb-2">
        <TokensField
          label={text({ id: 'field.tags', defaultMessage: 'Tags' })}
          value={tags}
          onChange={setTags}
          suggestions={isAdding || own.length === 0 ? known : own}
          autoFocus
        />
      </div>
    </Dialog>
  );
}
