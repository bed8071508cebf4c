import { ArrowDown, ArrowLeft, ArrowRight, ArrowUp, EyeOff, MoveHorizontal } from 'lucide-react';
import { say } from '~/i18n';
import type { MenuEntries, MenuItem } from '../menu';
import { type LaidOut, movedBy } from './layout';
import type { ColumnPlace, DataTableProps } from './types';

export interface MenuParts<Row> {
  laidOut: LaidOut<Row>;
  props: Pick<DataTableProps<Row>, 'places' | 'onPlacesChange' | 'sort' | 'onSortChange' | 'columnMenu'>;
  askWidth: (id: string) => void;
}

/** What can be done with a column. */
export function columnMenu<Row>({ laidOut, props, askWidth }: MenuParts<Row>): MenuEntries {
  const { column, isPinned } = laidOut;
  const { places, onPlacesChange, sort, onSortChange } = props;
  const at = places.findIndex((it) => it.id === column.id);
  const own = props.columnMenu?.(column) ?? [];
  const sorting: MenuItem[] =
    column.sort && onSortChange
      ? [
          {
            id: 'ascending',
            label: say({ id: 'table.sort.ascending', defaultMessage: 'Sort ascending' }),
            icon: <ArrowUp size={15} />,
            isChosen: sort?.by === column.sort && !sort.descending,
            onAction: () => onSortChange({ by: column.sort as string, descending: false }),
          },
          {
            id: 'descending',
            label: say({ id: 'table.sort.descending', defaultMessage: 'Sort descending' }),
            icon: <ArrowDown size={15} />,
            isChosen: sort?.by === column.sort && sort.descending,
            onAction: () => onSortChange({ by: column.sort as string, descending: true }),
          },
        ]
      : [];
  const moving: MenuItem[] = isPinned
    ? []
    : [
        moveItem(places, onPlacesChange, column.id, -1, isFirstMovable(at) ? 'first' : undefined),
        moveItem(places, onPlacesChange, column.id, 1, at === places.length - 1 ? 'last' : undefined),
        {
          id: 'hide',
          label: say({ id: 'table.hide', defaultMessage: 'Hide column' }),
          icon: <EyeOff size={15} />,
          onAction: () => onPlacesChange(places.filter((it) => it.id !== column.id)),
        },
      ];
  const width: MenuItem = {
    id: 'width',
    label: say({ id: 'table.width', defaultMessage: 'Width…' }),
    icon: <MoveHorizontal size={15} />,
    onAction: () => askWidth(column.id),
  };
  return [
    ...(sorting.length > 0 ? [{ section: 'sort', items: sorting }] : []),
    ...own,
    { section: 'place', items: [width, ...moving] },
  ];
}

const isFirstMovable = (at: number) => at <= 1;

function moveItem(
  places: readonly ColumnPlace[],
  onPlacesChange: (places: ColumnPlace[]) => void,
  id: string,
  step: -1 | 1,
  end: 'first' | 'last' | undefined,
): MenuItem {
  const words = {
    '-1': { id: 'table.move.left', defaultMessage: 'Move left' },
    '1': { id: 'table.move.right', defaultMessage: 'Move right' },
  } as const;
  const reasons = {
    first: { id: 'table.move.first', defaultMessage: 'It is the first that can be moved' },
    last: { id: 'table.move.last', defaultMessage: 'It is the last one' },
  } as const;
  return {
    id: `move${step}`,
    label: say(words[`${step}`]),
    icon:
      step < 0 ? (
        <ArrowLeft size={15} className="rtl:-scale-x-100" />
      ) : (
        <ArrowRight size={15} className="rtl:-scale-x-100" />
      ),
    ...(end && { reason: say(reasons[end]) }),
    onAction: () => onPlacesChange(movedBy(places, id, step)),
  };
}
