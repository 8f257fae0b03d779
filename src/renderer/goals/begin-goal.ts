/** Goes to the box in which a goal is written: of the conversation on screen, else of a new one. */
import { asGoal } from '../composer/slash.ts';
import type { ComposerKey } from '../composer/composers.ts';
import type { Services } from '../services.tsx';
import { currentRoute, navigate } from '../shell/route.ts';

export function beginGoal({ composers }: Pick<Services, 'composers'>): void {
  const route = currentRoute();
  const key: ComposerKey = route.page === 'conversation' ? route.id : 'new';
  if (route.page !== 'conversation' && route.page !== 'new') navigate({ page: 'new' });
  const composer = composers.get(key);
  composer.send({ type: 'EDIT', draft: asGoal(composer.getSnapshot().context.draft) });
  document.querySelector<HTMLTextAreaElement>('form textarea')?.focus();
}
