import { Ellipsis } from 'lucide-react';
import { useText } from '~/i18n';
import { cx } from '../cx';

/**
 * Opens what can be done with a card, by one press: the other way to do what dragging does.
 * It is a plain button, as hundreds of them are drawn; keys reach the row itself.
 */
export function CardMenuButton({ name, onOpen }: { name: string; onOpen: () => void }) {
  const text = useText();
  return (
    <button
      type="button"
      tabIndex={-1}
      aria-label={text({ id: 'board.card.menu', defaultMessage: 'Actions for {name}' }, { name })}
      aria-haspopup="menu"
      onClick={onOpen}
      className={cx(
        'grid size-6 shrink-0 place-items-center rounded-md bg-inherit text-muted hover:bg-hover hover:text-text',
        'pointer-fine:absolute pointer-fine:end-2 pointer-fine:bottom-1.5 pointer-fine:opacity-0',
        'group-hover/row:opacity-100 group-focus/row:opacity-100 focus-visible:opacity-100 pointer-coarse:-me-1.5 pointer-coarse:size-8',
      )}
    >
      <Ellipsis size={15} />
    </button>
  );
}
