/** Tells "the service said no" from "we do not know whether it heard us". */
import { TRPCClientError } from '@trpc/client';
import type { AppRouter } from '../../api/router.ts';
import { i18n } from '../i18n/i18n.ts';

/** The service's own words when it answered with an error; null when the answer never came (cut, not connected). */
export function refusalOf(error: unknown): string | null {
  if (!(error instanceof TRPCClientError)) return null;
  // Only an answer of the service has a shape.
  const shape = (error as TRPCClientError<AppRouter>).shape;
  return shape ? shape.message : null;
}

/** For people, whatever it was. */
export function describeError(error: unknown): string {
  return refusalOf(error) ?? i18n.t('connection:lostBeforeAnswer');
}

/** The service says that there is no such thing, or no longer. */
export function isNotFound(error: unknown): boolean {
  return error instanceof TRPCClientError && (error as TRPCClientError<AppRouter>).data?.code === 'NOT_FOUND';
}
