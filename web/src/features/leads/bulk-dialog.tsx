import { useQuery } from '@tanstack/react-query';
import { useText } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { type Bulk, rehearse, wishWords } from '~/kit/bulk';
import { Banner } from '~/ui/banner';
import { ConfirmDialog } from '~/ui/dialog';
import { Skeleton } from '~/ui/skeleton';

interface Props {
  bulk: Bulk;
  isCapped: boolean;
  onClose: () => void;
  /** With the number of leads, which a search knows only after the rehearsal. */
  onConfirm: (count: number) => Promise<void>;
}

/** What an action over many leads would come to, before it is done. */
export default function BulkDialog({ bulk, isCapped, onClose, onConfirm }: Props) {
  const text = useText();
  const format = useFormats();
  const rehearsal = useQuery({
    queryKey: ['bulk', 'rehearsal', bulk],
    queryFn: () => rehearse(bulk),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  const { data, error } = rehearsal;
  const count = data && data.state === 'done' ? data.total : bulk.count;
  const isDelete = bulk.wish.action === 'delete';
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={`${wishWords({ ...bulk, count })}?`}
      lead={
        isDelete
          ? text({
              id: 'bulk.dialog.trash',
              defaultMessage:
                'They leave lists, board and counts. You can take it back, and restore them from the trash.',
            })
          : text({ id: 'bulk.dialog.undo', defaultMessage: 'You can take it back with Undo.' })
      }
      action={wishWords({ ...bulk, count })}
      tone={isDelete ? 'danger' : 'primary'}
      onConfirm={() => onConfirm(count)}
    >
      {error ? (
        <Banner tone="danger">{error.message}</Banner>
      ) : (
        <dl className="grid grid-cols-[1fr_auto] gap-x-4 gap-y-1 rounded-lg bg-canvas px-3 py-2" aria-busy={!data}>
          <Row
            label={text({ id: 'bulk.dialog.chosen', defaultMessage: 'Leads selected' })}
            value={`${format.number(count)}${isCapped && !data ? '+' : ''}`}
          />
          <Row
            label={text({ id: 'bulk.dialog.changed', defaultMessage: 'Will be changed' })}
            value={data && format.number(data.changed)}
          />
          <Row
            label={text({ id: 'bulk.dialog.same', defaultMessage: 'Are so already' })}
            value={
              data && format.number(Math.max(0, data.total - data.changed - data.results.filter((it) => !it.ok).length))
            }
          />
          {data && data.results.some((it) => !it.ok) && (
            <Row
              label={text({ id: 'bulk.dialog.failed', defaultMessage: 'Cannot be changed' })}
              value={format.number(data.results.filter((it) => !it.ok).length)}
            />
          )}
        </dl>
      )}
    </ConfirmDialog>
  );
}

function Row({ label, value }: { label: string; value: string | undefined }) {
  return (
    <>
      <dt className="text-muted">{label}</dt>
      <dd className="text-end font-medium tabular-nums">{value ?? <Skeleton className="ms-auto mt-1 w-10" />}</dd>
    </>
  );
}
