import { type FormEvent, useState } from 'react';
import { Problem, asProblem } from '~/api/client';
import { say } from '~/i18n';

/** A form that is sent as a whole. */
export interface FormState {
  onSubmit: (event: FormEvent<HTMLFormElement>) => void;
  /** What is wrong with a field, by its name; `undefined` where nothing is. */
  error: (name: string) => string | undefined;
  /** What is wrong and belongs to no field. */
  problem: Problem | undefined;
  pending: boolean;
}

/** What is typed into the fields of a form, by their names. */
export type Fields = Record<string, string>;

/**
 * Sends a form and puts the server's words beside the fields they are about. The first of them gets the focus.
 * Fields are known by their `name`; the server's path for one that is called otherwise stands in `names`.
 */
export function useForm(send: (fields: Fields) => Promise<unknown>, names: Record<string, string> = {}): FormState {
  const [problem, setProblem] = useState<Problem>();
  const [pending, setPending] = useState(false);
  const [known, setKnown] = useState<ReadonlySet<string>>(new Set());
  const errors = problem?.errors ?? {};
  const messagesOf = (name: string) => errors[names[name] ?? name];
  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (pending) return;
    const form = event.currentTarget;
    const fields = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
    setKnown(new Set(Object.keys(fields)));
    setPending(true);
    try {
      await send(fields);
      setProblem(undefined);
    } catch (thrown) {
      const refusal = asProblem(thrown);
      setProblem(refusal);
      focusFirst(form, (name) => refusal.errors[names[name] ?? name] !== undefined);
    } finally {
      setPending(false);
    }
  };
  const paths = new Set([...known].map((name) => names[name] ?? name));
  const isBesideFields = problem !== undefined && Object.keys(errors).some((path) => paths.has(path));
  return {
    onSubmit: (event) => void onSubmit(event),
    error: (name) => sentence(messagesOf(name)),
    problem: isBesideFields ? undefined : problem,
    pending,
  };
}

/** The server speaks of a field as "is not an e-mail address". */
export function sentence(messages: readonly string[] | undefined): string | undefined {
  if (!messages || messages.length === 0) return undefined;
  return say({ id: 'form.this', defaultMessage: 'This {what}.' }, { what: messages.join(', ') });
}

function focusFirst(form: HTMLFormElement, isWrong: (name: string) => boolean): void {
  const field = [...form.elements].find((it): it is HTMLInputElement => it instanceof HTMLInputElement && isWrong(it.name));
  requestAnimationFrame(() => field?.focus());
}
