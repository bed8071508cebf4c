import { useSession } from '~/app/session';
import { useText } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { useDirectory } from '~/kit/directory';
import { currencyOf, shownValue } from '~/kit/field-values';
import { stageName } from '~/kit/filter/words';
import { cx } from '~/ui/cx';

interface Props {
  /** As the history names it. */
  field: string;
  value: unknown;
  isStrong?: boolean;
}

/** A value of the history in words. */
export function ValueWords({ field, value, isStrong = false }: Props) {
  const text = useText();
  const format = useFormats();
  const directory = useDirectory();
  const session = useSession();
  const words = wordsOf();
  return (
    <span
      className={cx('line-clamp-3 min-w-0 wrap-anywhere', isStrong && 'font-medium', words === '' && 'text-faint')}
      dir="auto"
    >
      {words === '' ? text({ id: 'drawer.nothing', defaultMessage: 'nothing' }) : words}
    </span>
  );

  function wordsOf(): string {
    if (value === null || value === undefined) return '';
    if (typeof value === 'object' && !Array.isArray(value)) {
      const { name, stageName: stage, amount, currency } = value as Record<string, unknown>;
      if (typeof stage === 'string') return stage;
      if (typeof name === 'string') return name;
      if (amount !== undefined) return format.money(Number(amount), String(currency ?? currencyOf(session)));
    }
    if (field === 'stageId') return stageName(directory, String(value));
    if (field === 'assignedTo')
      return directory.member(String(value))?.name ?? text({ id: 'filter.someone', defaultMessage: 'somebody else' });
    if (field === 'value') return format.number(Number(value));
    return shownValue(value, directory.field(field.replace('customFields.', '')), format, currencyOf(session));
  }
}
