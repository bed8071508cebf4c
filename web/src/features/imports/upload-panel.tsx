import { useEffect, useRef } from 'react';
import type { Import } from '~/api/queries/imports';
import { useText } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { useLatest } from '~/app/store';
import { Banner } from '~/ui/banner';
import { Button } from '~/ui/button';
import { FileDrop } from '~/ui/file-drop';
import { Progress } from '~/ui/progress';
import { explain, useOfflineReason } from './parts';
import { sizeOf } from './size';
import { forgetUpload, onUploaded, startUpload, stopUpload, useUploading } from './uploads';

interface Props {
  onDone: (made: Import) => void;
}

/** Takes a file in: where it can be dropped or chosen, how far it is, and what was wrong with it. */
export function UploadPanel({ onDone }: Props) {
  const text = useText();
  const { locale, percent } = useFormats();
  const now = useUploading();
  const offline = useOfflineReason();
  const choose = useRef<HTMLButtonElement>(null);
  const done = useLatest(onDone);
  useEffect(() => onUploaded((made) => done.current(made)), [done]);

  if (now && !now.problem) {
    const share = now.file.size > 0 ? now.sent / now.file.size : 1;
    return (
      <div className="flex flex-col gap-3 rounded-xl border border-line bg-surface p-4">
        <Progress
          label={text({ id: 'imports.uploading', defaultMessage: 'Uploading {name}' }, { name: now.file.name })}
          value={now.isLooking ? undefined : now.sent}
          max={now.file.size}
          text={
            now.isLooking
              ? text({ id: 'imports.looking', defaultMessage: 'Looking at the columns' })
              : text(
                  { id: 'imports.uploaded', defaultMessage: '{sent} of {size}, {share}' },
                  { sent: sizeOf(now.sent, locale), size: sizeOf(now.file.size, locale), share: percent(share) },
                )
          }
        />
        <div className="flex flex-wrap items-center gap-2">
          <p className="flex-1 text-small text-muted">
            {text({ id: 'imports.uploading.stay', defaultMessage: 'You can look at other screens meanwhile; only this tab must stay open.' })}
          </p>
          <Button size="small" autoFocus onPress={stopUpload}>
            {text({ id: 'imports.uploading.stop', defaultMessage: 'Stop' })}
          </Button>
        </div>
      </div>
    );
  }
  return (
    <div className="flex flex-col gap-3">
      {now?.problem && (
        <Banner
          tone="danger"
          title={text({ id: 'imports.upload.failed', defaultMessage: '{name} was not taken' }, { name: now.file.name })}
          action={
            <>
              <Button size="small" autoFocus onPress={() => void startUpload(now.file)}>
                {text({ id: 'imports.retry', defaultMessage: 'Try again' })}
              </Button>
              <Button size="small" onPress={() => {
                  forgetUpload();
                  choose.current?.focus();
                }}
              >
                {text({ id: 'imports.upload.forget', defaultMessage: 'Close' })}
              </Button>
            </>
          }
        >
          <p>{now.problem.detail}</p>
          {Object.values(now.problem.errors).flat().map((it) => (
            <p key={it}>{it}</p>
          ))}
          {now.problem.requestId !== undefined && (
            <p className="font-mono text-small">
              {text({ id: 'imports.request', defaultMessage: 'Request {id}' }, { id: now.problem.requestId })}
            </p>
          )}
        </Banner>
      )}
      <FileDrop
        label={text({ id: 'imports.drop', defaultMessage: 'Drop a file of leads here' })}
        choose={text({ id: 'imports.choose', defaultMessage: 'Choose a file' })}
        accept=".csv,.tsv,.txt,.xlsx,text/csv"
        hint={text({
          id: 'imports.drop.hint',
          defaultMessage: 'CSV or Excel (.xlsx), of any size up to the limit of the server. Nothing becomes a lead before you say so.',
        })}
        onFile={(file) => void startUpload(file)}
        reason={offline}
        onRefused={explain}
        buttonRef={choose}
      />
    </div>
  );
}
