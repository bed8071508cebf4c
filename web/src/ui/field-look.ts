import type { ReactNode } from 'react';

/** What every field has besides its control. */
export interface FieldProps {
  label: string;
  /** Draws no label; it is still the name of the control. */
  labelHidden?: boolean | undefined;
  /** A sentence that helps to fill it in. */
  hint?: ReactNode;
  /** What is wrong, and how to mend it; from the form or from the server. */
  error?: string | undefined;
  /** A word behind the label, such as "optional". */
  mark?: string | undefined;
  className?: string | undefined;
}

export const FIELD = 'flex min-w-0 flex-col gap-1';
