import { useTranslation } from 'react-i18next';
import { Dialog } from '../components/ui/dialog.tsx';
import { ask } from '../conversations/asking.ts';
import { NameForm } from '../conversations/name-form.tsx';
import { useRequestId } from '../conversations/use-request-id.ts';
import type { ProjectView } from '../../protocol/projects.ts';
import { useServices } from '../services.tsx';

interface NewProjectDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

/** A project is there for its channels: the first one is asked for next. */
export function NewProjectDialog({ open, onClose }: NewProjectDialogProps) {
  const { t } = useTranslation('conversations');
  return (
    <Dialog open={open} onClose={onClose} title={t('newProject')}>
      {open && <NewProjectForm onClose={onClose} />}
    </Dialog>
  );
}

function NewProjectForm({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation('conversations');
  const { client } = useServices();
  const requestId = useRequestId();
  return (
    <NameForm
      label={t('project.name')}
      initial=""
      placeholder={t('project.namePlaceholder')}
      hint={t('project.hint')}
      action={t('project.create')}
      save={async (name) => {
        const { id } = await client.projects.create.mutate({ requestId: requestId(name), name });
        // This dialog closes itself only while it is the one that is open.
        ask({ what: 'new-channel', projectId: id });
      }}
      onClose={onClose}
    />
  );
}

interface RenameProjectDialogProps {
  /** Null: closed. */
  readonly project: ProjectView | null;
  readonly onClose: () => void;
}

export function RenameProjectDialog({ project, onClose }: RenameProjectDialogProps) {
  const { t } = useTranslation('conversations');
  const { client } = useServices();
  return (
    <Dialog open={project !== null} onClose={onClose} title={t('renameProject')}>
      {project !== null && (
        <NameForm
          label={t('project.name')}
          initial={project.name}
          action={t('rename')}
          save={(name) => client.projects.update.mutate({ id: project.id, name })}
          onClose={onClose}
        />
      )}
    </Dialog>
  );
}
