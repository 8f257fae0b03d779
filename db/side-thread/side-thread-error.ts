/** Why a read was not answered. The message is for people; nothing was changed, and the same read may be tried again. */
export class SideThreadError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SideThreadError';
  }
}
