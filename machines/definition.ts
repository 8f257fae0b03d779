/** What a machine's definition says of its transitions, in names for people: for docs/diagrams/ and for the inspector. */
import type { AnyStateNode, AnyTransitionDefinition } from 'xstate';

/** `alive.ready`; '' for the machine itself. */
export function statePath(node: AnyStateNode): string {
  return node.path.join('.');
}

/**
 * The same for one definition in all its instances (`provide` makes new ones): the state that has it, its event, and its
 * place among that state's transitions on that event.
 */
export function transitionId(transition: AnyTransitionDefinition): string {
  const { source } = transition;
  const type = String(transition.eventType);
  const siblings = type === '' ? (source.always ?? []) : (source.transitions.get(type) ?? []);
  return `${statePath(source)}|${type}|${siblings.indexOf(transition)}`;
}

/** The event, or what happens instead of one: `after startTimeout`, `the process fails`, `at once`. */
export function transitionLabel(transition: AnyTransitionDefinition): string {
  return eventLabel(String(transition.eventType));
}

/** XState's names of events that nobody sends, in words; any other event's own name. */
export function eventLabel(eventType: string): string {
  if (eventType === '') return 'at once';
  const [, about, delay = ''] = /^xstate\.(after|done\.actor|error\.actor)\.([^.]+)/.exec(eventType) ?? [];
  const child = delay === '*' ? 'a child' : `the ${delay}`;
  switch (about) {
    case 'after':
      return `after ${delay}`;
    case 'done.actor':
      return `${child} ends`;
    case 'error.actor':
      return `${child} fails`;
    default:
      return eventType;
  }
}

/** Undefined: no condition. */
export function guardName({ guard }: AnyTransitionDefinition): string | undefined {
  if (guard === undefined || typeof guard === 'string') return guard;
  return 'type' in guard ? guard.type : guard.name;
}

/** Throws for an action without a name: it could not be told from any other. */
export function actionNames(actions: AnyStateNode['entry']): string[] {
  return actions.flatMap((action) => {
    if (typeof action === 'string') return [action];
    if (typeof action !== 'function') return [action.type];
    // XState's own, which starts the timer of an `after`.
    if ('type' in action && action.type === 'xstate.raise') return [];
    throw new Error('an action is written in place: give it a name in the setup of its machine');
  });
}
