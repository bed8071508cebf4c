import { ChevronsLeftRight } from 'lucide-react';
import { useEffect, useRef, useSyncExternalStore, useCallback } from 'react';
import { useText } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { stageColour } from '../stage-colour';
import type { ColumnLook } from './column-view';
import { withDragging } from './dragging';
import type { BoardParts } from './parts';
import type { BoardCard } from './types';

interface FoldedColumnProps<C extends BoardCard> {
  column: ColumnLook;
  board: BoardParts<C>;
  onUnfold: () => void;
}

/** A column reduced to its name. It still takes cards that are dropped on it, at the top. */
export function FoldedColumn<C extends BoardCard>({ column, board, onUnfold }: FoldedColumnProps<C>) {
  const { store } = board;
  const text = useText();
  const formats = useFormats();
  const element = useRef<HTMLElement>(null);
  const { id, name } = column;
  useSyncExternalStore(
    useCallback((listener) => store.subscribe(id, listener), [store, id]),
    () => store.version(id),
  );
  useEffect(() => {
    const section = element.current;
    if (!section) return undefined;
    return withDragging(({ dropOnFolded }) => dropOnFolded(section, id, board));
  }, [board, id]);
  const total = formats.number(store.total(id));
  return (
    <section
      ref={element}
      aria-label={text({ id: 'board.folded', defaultMessage: '{name}, {total}, folded' }, { name, total })}
      data-column={id}
      {...stageColour(column.color)}
      className="flex min-h-0 w-11 shrink-0 snap-center overflow-hidden rounded-xl bg-sunken data-over:ring-2 data-over:ring-accent data-over:ring-inset"
    >
      {/* oxlint-disable-next-line react/forbid-elements -- a whole column is the button */}
      <button
        type="button"
        onClick={onUnfold}
        aria-label={text({ id: 'board.unfold', defaultMessage: 'Unfold {name}' }, { name })}
        className="flex flex-1 flex-col items-center gap-2 border-t-[3px] border-stage-solid py-2 -outline-offset-2 hover:bg-hover"
      >
        <ChevronsLeftRight size={15} className="shrink-0 text-muted" />
        <span className="text-small font-semibold [writing-mode:vertical-rl]">{name}</span>
        <span className="text-small text-muted [writing-mode:vertical-rl]">{total}</span>
      </button>
    </section>
  );
}
