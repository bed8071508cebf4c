import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Problem, api, asProblem, bodyOf } from '~/api/client';
import { announce } from '~/app/announce';
import { sentence } from '~/app/form';
import { useText } from '~/i18n';
import { Banner } from '~/ui/banner';
import { Button } from '~/ui/button';
import { Dialog } from '~/ui/dialog';
import { TextField } from '~/ui/text-field';

interface NewPipelineProps {
  isOpen: boolean;
  onClose: () => void;
  onMade: (id: string) => void;
}

/** A pipeline begins with the six stages that every workspace knows; they are changed afterwards. */
export function NewPipelineDialog({ isOpen, onClose, onMade }: NewPipelineProps) {
  const text = useText();
  const cache = useQueryClient();
  const [name, setName] = useState('');
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const close = () => {
    setName('');
    setProblem(undefined);
    onClose();
  };
  const save = async () => {
    if (isBusy || name.trim() === '') return;
    setBusy(true);
    try {
      const made = await bodyOf(api.POST('/lead-pipelines', { body: { name: name.trim(), isDefault: false } }));
      await cache.invalidateQueries({ queryKey: ['pipelines'] });
      announce(text({ id: 'pipelines.made', defaultMessage: 'Made the pipeline {name}' }, { name: made.name }));
      close();
      onMade(made.id);
    } catch (thrown) {
      setProblem(asProblem(thrown));
    } finally {
      setBusy(false);
    }
  };
  const error = sentence(problem?.errors['name']);
  return (
    <Dialog
      isOpen={isOpen}
      onClose={close}
      size="small"
      title={text({ id: 'pipelines.new', defaultMessage: 'New pipeline' })}
      lead={text({ id: 'pipelines.new.lead', defaultMessage: 'It begins with the six usual stages; change them as you need.' })}
      onConfirm={() => void save()}
      footer={
        <>
          <Button onPress={close}>{text({ id: 'pipelines.cancel', defaultMessage: 'Cancel' })}</Button>
          <Button
            tone="primary"
            isPending={isBusy}
            onPress={() => void save()}
            reason={name.trim() === '' ? text({ id: 'pipelines.new.none', defaultMessage: 'Give it a name first.' }) : undefined}
          >
            {text({ id: 'pipelines.make', defaultMessage: 'Make the pipeline' })}
          </Button>
        </>
      }
    >
      <TextField
        autoFocus
        label={text({ id: 'pipelines.name', defaultMessage: 'Name' })}
        value={name}
        maxLength={60}
        onChange={setName}
        onKeyDown={(event) => {
          if (event.key === 'Enter') void save();
        }}
        {...(error !== undefined && { error })}
      />
      {problem && error === undefined && <Banner tone="danger">{problem.detail}</Banner>}
    </Dialog>
  );
}
