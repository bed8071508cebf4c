import { type CalendarDate, parseDate } from '@internationalized/date';
import { CalendarDays, ChevronLeft, ChevronRight } from 'lucide-react';
import { Button } from 'react-aria-components/Button';
import {
  Calendar,
  CalendarCell,
  CalendarGrid,
  CalendarGridBody,
  CalendarGridHeader,
  CalendarHeaderCell,
} from 'react-aria-components/Calendar';
import { DateInput, DateSegment } from 'react-aria-components/DateField';
import { DatePicker } from 'react-aria-components/DatePicker';
import { Dialog, Heading } from 'react-aria-components/Dialog';
import { Group } from 'react-aria-components/Group';
import { Popover } from 'react-aria-components/Popover';
import { cx } from './cx';
import { FieldLabel, FieldNotes } from './field';
import { FIELD, type FieldProps } from './field-look';

export interface DateFieldProps extends FieldProps {
  /** `YYYY-MM-DD`, or nothing. */
  value: string;
  onChange: (value: string) => void;
  isDisabled?: boolean;
  autoFocus?: boolean;
}

function dayOf(value: string): CalendarDate | null {
  try {
    return parseDate(value.slice(0, 10));
  } catch {
    return null;
  }
}

const TURN =
  'grid size-7 place-items-center rounded-md text-muted data-hovered:bg-hover data-hovered:text-text data-disabled:text-line';

/** A day, typed or chosen from a calendar. Not for the first paint. */
export function DateField({
  label,
  labelHidden,
  hint,
  error,
  mark,
  className,
  value,
  onChange,
  ...rest
}: DateFieldProps) {
  return (
    <DatePicker
      {...rest}
      value={dayOf(value)}
      onChange={(day) => onChange(day?.toString() ?? '')}
      isInvalid={error !== undefined}
      validationBehavior="aria"
      className={cx(FIELD, className)}
    >
      <FieldLabel label={label} {...(labelHidden && { labelHidden })} {...(mark !== undefined && { mark })} />
      <Group className="field-box flex items-center">
        <DateInput className="flex min-h-[calc(var(--control)-2px)] min-w-28 flex-1 items-center px-2">
          {(segment) => (
            <DateSegment
              segment={segment}
              className="inline-flex min-h-6 min-w-6 items-center data-[type=literal]:min-w-0 justify-center rounded-sm px-0.5 outline-none data-focused:bg-accent data-focused:text-on-accent data-placeholder:text-faint data-focused:data-placeholder:text-on-accent"
            />
          )}
        </DateInput>
        <Button className="me-1 grid size-6 shrink-0 place-items-center rounded-sm text-muted data-focus-visible:outline-2! data-focus-visible:outline-focus! data-hovered:bg-hover">
          <CalendarDays size={15} />
        </Button>
      </Group>
      <FieldNotes hint={hint} error={error} />
      <Popover className="float-panel p-3">
        <Dialog className="outline-none">
          <Calendar>
            <header className="flex items-center gap-1 pb-2">
              <Heading className="flex-1 ps-1 text-heading" />
              <Button slot="previous" className={TURN}>
                <ChevronLeft size={16} className="rtl:-scale-x-100" />
              </Button>
              <Button slot="next" className={TURN}>
                <ChevronRight size={16} className="rtl:-scale-x-100" />
              </Button>
            </header>
            <CalendarGrid>
              <CalendarGridHeader>
                {(day) => (
                  <CalendarHeaderCell className="size-8 text-micro font-medium text-muted">{day}</CalendarHeaderCell>
                )}
              </CalendarGridHeader>
              <CalendarGridBody>
                {(date) => (
                  <CalendarCell
                    date={date}
                    className="grid size-8 place-items-center rounded-md tabular-nums data-hovered:bg-hover data-outside-month:invisible data-selected:bg-accent data-selected:font-semibold data-selected:text-on-accent data-today:font-semibold"
                  />
                )}
              </CalendarGridBody>
            </CalendarGrid>
          </Calendar>
        </Dialog>
      </Popover>
    </DatePicker>
  );
}
