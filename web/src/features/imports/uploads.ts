import { asProblem, type Problem } from '~/api/client';
import { type Import, settleImport } from '~/api/queries/imports';
import { type Upload, uploadFile } from '~/api/upload';
import { announce } from '~/app/announce';
import { runCommand } from '~/app/commands';
import { queryClient } from '~/app/queryClient';
import { createStore, useStore } from '~/app/store';
import { toast } from '~/app/toast';
import { say } from '~/i18n';

/** The file that is on its way to the server. It goes on while one looks at other screens. */
export interface Uploading {
  file: File;
  sent: number;
  /** All bytes have gone out; the server is looking at them. */
  isLooking: boolean;
  problem?: Problem;
}

const uploading = createStore<Uploading | undefined>(undefined);
let current: Upload<Import> | undefined;
/** Whoever shows the upload takes its result; where nobody does, a message says that it is there. */
let taker: ((made: Import) => void) | undefined;

export const useUploading = (): Uploading | undefined => useStore(uploading);

/** Is given what the upload comes to, as long as it is shown. */
export function onUploaded(take: (made: Import) => void): () => void {
  taker = take;
  return () => {
    if (taker === take) taker = undefined;
  };
}

const LONGEST_NAME = 200;

export async function startUpload(file: File): Promise<void> {
  if (current) return;
  uploading.set({ file, sent: 0, isLooking: false });
  announce(say({ id: 'imports.upload.begun', defaultMessage: 'Uploading {name}' }, { name: file.name }));
  window.addEventListener('beforeunload', askBeforeLeaving);
  const name = encodeURIComponent([...file.name].slice(-LONGEST_NAME).join(''));
  current = uploadFile<Import>(`/imports?name=${name}`, file, (sent) =>
    uploading.set((before) => before && { ...before, sent, isLooking: sent >= file.size }),
  );
  try {
    arrived(await current.done);
  } catch (thrown) {
    refused(file, asProblem(thrown));
  } finally {
    current = undefined;
    window.removeEventListener('beforeunload', askBeforeLeaving);
  }
}

function arrived(made: Import): void {
  settleImport(queryClient, made);
  uploading.set(undefined);
  if (taker) return taker(made);
  const text = say({ id: 'imports.upload.there', defaultMessage: '{name} is uploaded and can be imported.' }, { name: made.name });
  const label = say({ id: 'imports.upload.show', defaultMessage: 'Show imports' });
  announce(text);
  toast({ tone: 'success', text, action: { label, run: () => void runCommand('go.imports') } });
}

function refused(file: File, problem: Problem): void {
  if (problem.code === 'aborted') {
    uploading.set(undefined);
    announce(say({ id: 'imports.upload.stopped', defaultMessage: 'Upload stopped' }));
  } else {
    uploading.set({ file, sent: 0, isLooking: false, problem });
    if (!taker) toast({ tone: 'danger', text: `${file.name}: ${problem.detail}`, requestId: problem.requestId });
  }
}

export const stopUpload = (): void => current?.stop();
/** Puts a refused upload away. */
export const forgetUpload = (): void => uploading.set((before) => (before?.problem ? undefined : before));

function askBeforeLeaving(event: BeforeUnloadEvent): void {
  event.preventDefault();
}
