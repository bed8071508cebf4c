import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { announce } from '~/app/announce';
import { enqueue } from '~/app/outbox';
import { useLatest } from '~/app/store';
import { toast } from '~/app/toast';
import { undoEntry, undoStack } from '~/app/undo';
import { say } from '~/i18n';
import { Problem, asProblem } from './problem';

/** Puts back what `apply` changed. */
export type Inverse = () => void;

/** Something a person does to records of the server. */
export interface ActionDefinition<Input, Result> {
  /** What was done, in the past tense: "Moved 3 leads to Qualified". */
  label: (input: Input) => string;
  /** What is said about it; the label where there is nothing else to say. Empty text says nothing. */
  announce?: (input: Input) => string;
  /** Shows the result before the server has answered. */
  apply?: (cache: QueryClient, input: Input) => Inverse;
  /** Asks the server. `key` is the idempotency key of this run: send it as header, so that a repeat does it once. */
  request: (input: Input, key: string) => Promise<Result>;
  /** Takes in what the server made of it, and marks what else has changed. */
  settle?: (cache: QueryClient, result: Result, input: Input) => void;
  /** Takes it back. Without it there is no Undo; say why where people expect one. */
  undo?: (result: Result, input: Input) => Promise<void>;
  /** Small writes wait in this browser while the server cannot be reached, and are sent later. */
  offline?: 'queue' | 'refuse';
  /** Answer true where the refusal is shown elsewhere, such as at the field it is about. */
  refused?: (problem: Problem, input: Input) => boolean;
  /** Whether success is shown; a saved field or an opened record needs no words. */
  quiet?: boolean;
}

export type Outcome<Result> =
  | { state: 'done'; result: Result }
  | { state: 'queued' }
  | { state: 'refused'; problem: Problem };

/** Runs an action: shown at once, confirmed quietly, taken back on refusal. Needs no component. */
export async function runAction<Input, Result>(
  cache: QueryClient,
  definition: ActionDefinition<Input, Result>,
  input: Input,
): Promise<Outcome<Result>> {
  const inverse = definition.apply?.(cache, input);
  const label = definition.label(input);
  try {
    const result = await definition.request(input, crypto.randomUUID());
    definition.settle?.(cache, result, input);
    succeed(definition, result, input, label);
    return { state: 'done', result };
  } catch (thrown) {
    const problem = asProblem(thrown);
    if (problem.unreachable && problem.request && definition.offline === 'queue') {
      await enqueue({ label, request: problem.request });
      return { state: 'queued' };
    }
    inverse?.();
    if (!definition.refused?.(problem, input)) showProblem(problem);
    return { state: 'refused', problem };
  }
}

function succeed<Input, Result>(
  definition: ActionDefinition<Input, Result>,
  result: Result,
  input: Input,
  label: string,
): void {
  const spoken = definition.announce ? definition.announce(input) : label;
  const undo = definition.undo;
  if (definition.quiet) {
    if (spoken) announce(spoken);
  }
  const entry = undo && { label, undo: () => undo(result, input) };
  if (entry) undoStack.push(entry);
  if (definition.quiet) return;
  if (definition.announce && spoken) announce(spoken);
  const action = entry && {
    label: say({ id: 'app.undo', defaultMessage: 'Undo' }),
    run: () => void undoEntry(entry).then(sayUndone, (thrown: unknown) => showProblem(asProblem(thrown))),
  };
  toast({ tone: 'success', text: label, ...(action ? { action } : {}) });
}

/** Says that something was taken back. */
export function sayUndone(label: string | undefined): void {
  if (label) announce(say({ id: 'app.undone', defaultMessage: 'Undone: {what}' }, { what: label }));
}

/** Shows a refusal that belongs to no field. */
export function showProblem(problem: Problem): void {
  const text = problem.unreachable
    ? say({ id: 'app.unreachable', defaultMessage: 'The server does not answer. Nothing was changed; try again.' })
    : problem.detail;
  toast({ tone: 'danger', text, requestId: problem.requestId });
}

export interface Action<Input, Result> {
  run: (input: Input) => Promise<Outcome<Result>>;
  pending: boolean;
}

/** `const move = useAction(moveLead); move.run({ lead, stage })` */
export function useAction<Input, Result>(definition: ActionDefinition<Input, Result>): Action<Input, Result> {
  const cache = useQueryClient();
  const [running, setRunning] = useState(0);
  const latest = useLatest(definition);
  const run = useCallback(
    async (input: Input) => {
      setRunning((before) => before + 1);
      try {
        return await runAction(cache, latest.current, input);
      } finally {
        setRunning((before) => before - 1);
      }
    },
    [cache, latest],
  );
  return { run, pending: running > 0 };
}
